"""A served application behind a real socket, with the stand-in extraction of tests/api."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from app.core import migrate
from app.core.clock import utcnow
from app.core.db import make_engine, write_session
from app.core.settings import Settings
from app.domain.vocabulary import Scope
from app.main import create_app, stop_soon
from app.store import keys
from tests.api.conftest import POSTS, StandIn
from tests.conftest import free_port


class Live:
    """A running server: its address, its application, and keys of every scope."""

    def __init__(self, app: Any, port: int, secrets: dict[str, str]) -> None:
        self.app, self.url, self.secrets = app, f"http://127.0.0.1:{port}", secrets

    def auth(self, scope: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secrets[scope]}"}

    def post(self, body: dict[str, Any]) -> httpx.Response:
        return httpx.post(f"{self.url}/v1/articles", json=body, headers=self.auth("write"))

    def fill(self) -> None:
        for body in POSTS:
            assert self.post(body).status_code == 201


@contextmanager
def live(database_url: str, **options: Any) -> Iterator[Live]:
    """Migrates, serves in a thread, and stops as a signal would."""
    settings = Settings(database_url=database_url, **({"ingest_enabled": False, "stream_poll_s": 0.05} | options))
    engine = make_engine(settings)
    migrate.upgrade(engine)
    with write_session(engine) as session:
        made = {scope.value: keys.create(session, scope=scope, name=scope.value, now=utcnow()) for scope in Scope}
    engine.dispose()
    app, port = create_app(settings), free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        app.state.runtime.extraction = StandIn()
        yield Live(app, port, made)
    finally:
        stop_soon(app)
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Live]:
    with live(f"sqlite:///{tmp_path}/live.db") as running:
        yield running


@pytest.fixture(scope="session")
def filled_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Three articles; tests only read it."""
    with live(f"sqlite:///{tmp_path_factory.mktemp('live')}/live.db") as running:
        running.fill()
        yield running
