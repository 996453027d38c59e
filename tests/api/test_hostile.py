"""The real extraction processes under hostile input: a clear answer, nothing stored by half, the server alive after each."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.core import migrate
from app.core.db import make_engine
from app.core.settings import Settings
from app.main import create_app
from tests.api.conftest import WAVE

INPUTS = {
    "three_megabytes": ({"text": "word " * 600_000}, {413}),
    "one_word_of_100_kb": ({"text": "a" * 100_000}, {200, 422, 503}),
    "deep_nesting": ({"html": "<div>" * 100_000 + "x"}, {200, 413, 422, 503}),
    "unclosed_paragraphs": ({"html": "<p>" * 630_000 + "x"}, {200, 413, 422, 503}),
    "only_markup": ({"html": "<br>" * 1000}, {422}),
    "control_characters": ({"text": "".join(map(chr, range(1, 32))) + " bell"}, {200, 422}),
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("hostile")
    settings = Settings(database_url=f"sqlite:///{folder}/h.db", ingest_enabled=False, extract_timeout_s=12)
    engine = make_engine(settings)
    migrate.upgrade(engine)
    engine.dispose()
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def test_the_real_extractor_answers_in_the_documented_shape(client: TestClient) -> None:
    response = client.post("/v1/extract", json={"text": WAVE, "published_at": "2025-03-03"})
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["extractor"]["name"] == "sitrep-rules"
    for quote in body["quotes"]:
        assert all(body["text"][part["start"] : part["end"]] == part["text"] for part in quote["parts"])
    assert [one["kind"] for one in body["attack_reports"]] == ["drone"]


@pytest.mark.parametrize("name", INPUTS)
def test_alive_after(client: TestClient, name: str) -> None:
    body, allowed = INPUTS[name]
    response = client.post("/v1/extract", json=body)
    assert response.status_code in allowed, response.text[:300]
    if response.status_code != 200:
        assert response.headers["content-type"] == "application/problem+json"
    after = client.post("/v1/extract", json={"text": "Nothing burned today."})
    assert after.status_code == 200, after.text
