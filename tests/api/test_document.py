"""The OpenAPI document and its examples; compression and the pages of the documentation."""

from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate

from app.api import examples
from app.domain.document import Document, Page
from app.domain.findings import Findings
from app.ingest.readers import read
from scripts.openapi31 import downgrade
from tests.api.conftest import VERSION, Served, StandIn
from tests.api.test_every_get import ENDLESS, NEEDED
from tests.api.test_parameters import BOUND


def paths(served: Served) -> dict[str, Any]:
    found: dict[str, Any] = served.client.get("/openapi.json").json()["paths"]
    return found


def test_it_is_valid(filled: Served) -> None:
    document = filled.client.get("/openapi.json").json()
    assert document["openapi"] == "3.2.0"
    validate(downgrade(document))


def test_every_operation_is_described(filled: Served) -> None:
    for path, item in paths(filled).items():
        for method, operation in item.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert len(operation["description"]) > 20, where
            assert operation["operationId"][0].islower(), where
            assert "_" not in operation["operationId"], where
            assert operation["tags"], where
            for status, response in operation["responses"].items():
                if status >= "400" and path != "/readyz":
                    assert list(response["content"]) == ["application/problem+json"], (where, status)
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "query":
                    assert parameter["description"], (where, parameter["name"])


def test_every_example_fits_its_schema(filled: Served) -> None:
    document = filled.client.get("/openapi.json").json()
    checked = 0
    for name, schema in document["components"]["schemas"].items():
        for example in [schema["example"]] if "example" in schema else []:
            rooted = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
            jsonschema.Draft202012Validator(rooted).validate(example)
            checked += 1
    assert checked >= 15


def test_every_example_of_a_parameter_is_answered(filled: Served) -> None:
    """Each as it stands in the document, one at a time."""
    asked = 0
    for path, item in paths(filled).items():
        if "get" not in item or "{" in path or path in ENDLESS:
            continue
        for parameter in item["get"].get("parameters", ()):
            if parameter["in"] != "query":
                continue
            needed = {} if NEEDED.get(path, "").startswith(f"?{parameter['name']}=") else _query(NEEDED.get(path, ""))
            for example in parameter["schema"].get("examples", ()):
                given = str(example).lower() if isinstance(example, bool) else str(example)
                answer = filled.client.get(
                    path,
                    params=needed | BOUND.get(parameter["name"], {}) | {parameter["name"]: given},
                    headers=filled.auth("admin"),
                )
                assert answer.status_code == 200, (path, parameter["name"], example, answer.text)
                asked += 1
    assert asked > 60


def _query(text: str) -> dict[str, str]:
    return dict(part.split("=") for part in text.removeprefix("?").split("&") if part)


class Silent(StandIn):
    """Reads and finds nothing: the stand-in knows other texts than the examples."""

    async def read_and_extract(
        self, page: Page, *, timeout_s: float | None = None, **known: Any
    ) -> tuple[Document, Findings]:
        return read(page, **known), Findings(VERSION)


def test_every_example_of_a_body_is_accepted(served: Served) -> None:
    served.client.app.state.runtime.extraction = Silent()  # type: ignore[attr-defined]
    sent = 0
    for path, item in paths(served).items():
        for method, operation in item.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content and "{" not in path:
                answer = served.client.request(method, path, json=content["example"], headers=served.auth("admin"))
                assert answer.status_code in (200, 201, 202), (path, answer.text)
                sent += 1
    assert sent >= 4


def test_examples_slice_back() -> None:
    def spans(value: Any) -> Any:
        if isinstance(value, dict):
            if value.get("start") is not None and "text" in value:
                yield value
            for part in value.values():
                yield from spans(part)
        elif isinstance(value, list):
            for part in value:
                yield from spans(part)

    found = list(spans([examples.QUOTE, examples.REPORT, examples.FOUND_ENTITY]))
    assert len(found) > 10
    assert all(examples.TEXT[one["start"] : one["end"]] == one["text"] for one in found)


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_compression(filled: Served, encoding: str) -> None:
    with filled.client.stream("GET", "/v1/vocabulary", headers={"Accept-Encoding": encoding}) as response:
        packed = b"".join(response.iter_raw())
    assert response.headers["content-encoding"] == encoding
    assert "Accept-Encoding" in response.headers["vary"]
    assert len(packed) < len(filled.client.get("/v1/vocabulary").content) / 2


def test_request_id_is_taken_over_when_plain(filled: Served) -> None:
    assert (
        filled.client.get("/healthz", headers={"X-Request-ID": "trace-12345"}).headers["x-request-id"] == "trace-12345"
    )
    odd = filled.client.get("/healthz", headers={"X-Request-ID": "<b>no</b>"}).headers["x-request-id"]
    assert "<" not in odd


def test_docs_load_nothing_from_elsewhere(filled: Served) -> None:
    for page in ("/docs", "/redoc", "/"):
        text = filled.client.get(page).text
        assert 'src="http' not in text
        assert 'href="http' not in text
