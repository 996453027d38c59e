"""The same lists and filters on PostgreSQL."""

import pytest
from fastapi.testclient import TestClient

from app.core import migrate
from app.core.db import make_engine
from app.core.settings import Settings
from app.main import create_app
from tests.store.test_save import document, put

PATHS = [
    "/v1/articles?q=drones&has_attacks=true&include=total&from=2024-11-13",
    "/v1/entities?kind=place&q=kyi&limit=1",
    "/v1/entities/resolve?name=Ivan Bondar",
    "/v1/quotes?speaker=Ivan%20Bondar&min_confidence=0.5",
    "/v1/attack-reports?metric=launched&min=1&max=3&weapon=drone",
]


@pytest.mark.needs("postgres")
@pytest.mark.xdist_group("postgres")
def test_lists_answer_on_postgres(postgres_url: str) -> None:
    settings = Settings(database_url=postgres_url, ingest_enabled=False)
    engine = make_engine(settings)
    migrate.upgrade(engine)
    put(engine, document())
    engine.dispose()
    with TestClient(create_app(settings)) as client:
        for path in PATHS:
            answer = client.get(path)
            assert answer.status_code == 200, answer.text
            assert len(answer.json()["items"]) == 1, path
        assert client.get("/readyz").json()["status"] == "ok"
