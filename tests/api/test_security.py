"""docs/security.md held to the code: the scope of each operation, a test for each row of the OWASP table, the settings."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.api.limits import client_address
from app.core.clock import utcnow
from app.core.db import make_engine, write_session
from app.core.errors import ConfigError
from app.core.settings import Settings
from app.main import create_app
from app.store import keys
from tests.api.conftest import Served, serve

ROOT = Path(__file__).resolve().parents[2]
PAPER = (ROOT / "docs/security.md").read_text(encoding="utf-8")
NOWHERE = "00000000-0000-7000-8000-000000000000"


def rows(heading: str) -> list[list[str]]:
    part = PAPER.split(f"## {heading}")[1].split("\n## ")[0]
    lines = [line for line in part.split("\n") if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def operations(served: Served) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in served.client.get("/openapi.json").json()["paths"].items():
        for method, operation in item.items():
            yield method.upper(), re.sub(r"\{\w+\}", NOWHERE, path), operation


def test_the_table_is_the_document(filled: Served) -> None:
    listed = {name: scope for scope, names in rows("Keys and scopes") for name in re.findall(r"`(\w+)`", names)}
    for _, path, operation in operations(filled):
        told = listed.get(operation["operationId"], "`read`").strip("`")
        assert operation.get("x-scope", "none") == told.split("`")[0], (path, operation["operationId"])


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve(tmp_path_factory.mktemp("closed"), public_reads=False)


def test_each_operation_asks_for_its_scope(closed: Served) -> None:
    """Without a key 401, with a smaller one 403, with the right one anything else."""
    smaller = {"write": "read", "admin": "write"}
    seen = 0
    for method, path, operation in operations(closed):
        scope = operation.get("x-scope")
        if scope is None:
            continue
        seen += 1
        where = f"{method} {path}"
        assert closed.client.request(method, path).status_code == 401, where
        if scope in smaller:
            assert closed.client.request(method, path, headers=closed.auth(smaller[scope])).status_code == 403, where
        if path != "/v1/stream":  # endless when it is let in
            assert closed.client.request(method, path, headers=closed.auth(scope)).status_code not in (401, 403), where
    assert seen > 30


def test_every_row_names_tests_that_exist() -> None:
    table = rows("OWASP API Security Top 10 (2023)")
    assert [row[0].split()[0] for row in table] == [f"API{n}" for n in range(1, 11)]
    for row in table:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row[2])
        assert named, row[0]
        for file, test in named:
            assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), (file, test)


def test_a_revoked_key_is_refused_at_once(served: Served) -> None:
    body = {"text": "Nothing burned today.", "published_at": "2025-03-03"}
    assert served.post(body).status_code == 201
    engine = make_engine(served.settings)
    with write_session(engine) as session:
        row = next(key for key in keys.listed(session) if key.scope == "write")
        assert served.write not in repr(row.model_dump())  # only its hash and its first characters are kept
        assert served.write.startswith(row.prefix)
        assert row.last_used_at is not None
        assert keys.revoke(session, row.prefix, utcnow()) == 1
    engine.dispose()
    assert served.post(body).status_code == 401


def test_a_query_over_its_budget_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy import text

    def slow(session: Any, _: Any) -> None:
        session.execute(text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"))

    monkeypatch.setattr("app.store.quotes_read.page", slow)
    for served in serve(tmp_path, query_budget_s=0.1):
        response = served.client.get("/v1/quotes")
        assert (response.status_code, response.json()["type"]) == (503, "urn:sitrep:problem:budget-exceeded")


@pytest.mark.needs("postgres")
def test_a_query_over_its_budget_is_cut_off_on_postgres(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from fastapi.testclient import TestClient
    from sqlalchemy import text

    from app.core import migrate

    monkeypatch.setattr("app.store.quotes_read.page", lambda session, _: session.execute(text("SELECT pg_sleep(30)")))
    settings = Settings(database_url=postgres_url, ingest_enabled=False, query_budget_s=0.1)
    engine = make_engine(settings)
    migrate.upgrade(engine)
    engine.dispose()
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        response = client.get("/v1/quotes")
        assert (response.status_code, response.json()["type"]) == (503, "urn:sitrep:problem:budget-exceeded")


@pytest.mark.parametrize("path", ["/v1/quotes", "/v1/nothing", "/healthz", "/metrics", "/", "/docs"])
def test_safety_headers_on_every_answer(filled: Served, path: str) -> None:
    headers = filled.client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "server" not in headers


def test_only_known_hosts_are_answered(tmp_path: Path) -> None:
    for served in serve(tmp_path, allowed_hosts="api.example.org,*.inside.example,[::1]"):
        for host, status in [
            ("api.example.org", 200),
            ("API.example.org:8443", 200),
            ("a.b.inside.example", 200),
            ("[::1]:8000", 200),
            ("inside.example", 400),
            ("api.example.org.evil.example", 400),
            ("evilinside.example", 400),
            ("", 400),
        ]:
            for path in ("/v1/quotes", "/openapi.json"):
                answer = served.client.get(path, headers={"Host": host})
                assert answer.status_code == status, host
            assert served.client.post("/mcp", headers={"Host": host}).status_code == 400 or status == 200
            assert served.client.get("/healthz", headers={"Host": host}).status_code == 200


def test_cors_is_closed_by_default(filled: Served) -> None:
    answer = filled.client.get("/v1/quotes", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    ask = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    assert filled.client.options("/v1/quotes", headers=ask).status_code == 405


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # the peer is no trusted proxy: its word counts for nothing
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),  # the left part is the client's own invention
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "nonsense"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
    ],
)
def test_only_trusted_proxies_name_the_client(peer: str, forwarded: str, client: str) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    scope = {"type": "http", "client": (peer, 1234), "headers": headers}
    assert client_address(scope, ("10.0.0.0/8", "fd00::/8")) == client


def test_a_shared_storage_that_cannot_be_had_stops_the_start(tmp_path: Path) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/x.db", rate_limit="1/minute", rate_limit_storage="nowhere://x"
    )
    with pytest.raises(ConfigError, match="SITREP_RATE_LIMIT_STORAGE"):
        create_app(settings).build_middleware_stack()


def test_metrics(served: Served) -> None:
    served.client.get("/v1/quotes")
    served.client.get("/v1/quotes/nothing")
    served.post({"url": "https://news.example/1"})
    answer = served.client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.split("\n")
    assert 'sitrep_jobs{state="queued"} 1.0' in lines
    assert "sitrep_stream_clients 0.0" in lines
    quotes = [x for x in lines if x.startswith("sitrep_http_requests_total") and 'handler="/v1/quotes"' in x]
    assert any('status="200"' in line for line in quotes), lines
    assert any('handler="/v1/quotes/{quote_id}"' in line for line in lines)  # by route: ids make no series
