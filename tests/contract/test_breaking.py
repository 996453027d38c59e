"""What counts as a breaking change, one example each; and the released document against the present one."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.breaking import breaking, main

DOCS = Path(__file__).resolve().parents[2] / "docs"
OLD: dict[str, Any] = json.loads((DOCS / "openapi.json").read_text(encoding="utf-8"))
QUOTES = OLD["paths"]["/v1/quotes"]["get"]


def parameter(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(p for p in document["paths"]["/v1/quotes"]["get"]["parameters"] if p["name"] == name)
    return found


def model(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found


Edit = Callable[[dict[str, Any]], Any]
BREAKS: dict[str, Edit] = {
    "GET /v1/quotes: gone": lambda d: d["paths"]["/v1/quotes"].pop("get"),
    "its operation id changed": lambda d: d["paths"]["/v1/quotes"]["get"].update(operationId="quotes"),
    "parameter speaker is gone": lambda d: d["paths"]["/v1/quotes"]["get"]["parameters"].remove(
        parameter(d, "speaker")
    ),
    "parameter q became required": lambda d: parameter(d, "q").update(required=True),
    "parameter limit: no longer takes integer": lambda d: parameter(d, "limit")["schema"].update(type="string"),
    "parameter sort: words are no longer taken": lambda d: parameter(d, "sort")["schema"]["enum"].pop(),
    "the new parameter must is required": lambda d: d["paths"]["/v1/quotes"]["get"]["parameters"].append(
        {"in": "query", "name": "must", "required": True, "schema": {"type": "string"}}
    ),
    "200: the answer is gone": lambda d: d["paths"]["/v1/quotes"]["get"]["responses"].pop("200"),
    ".items[].confidence is gone": lambda d: model(d, "Quote")["properties"].pop("confidence"),
    ".items[].confidence: may now be string": lambda d: model(d, "Quote")["properties"]["confidence"].update(
        type="string"
    ),
    ".items[].confidence is no longer always there": lambda d: model(d, "Quote")["required"].remove("confidence"),
    "body.title is gone": lambda d: model(d, "ArticleIn")["properties"].pop("title"),
    "body.title became required": lambda d: model(d, "ArticleIn").update(required=["title"]),
}
HARMLESS: list[Edit] = [
    lambda d: None,
    lambda d: d["paths"].update({"/v1/new": {}}),
    lambda d: d["paths"]["/v1/quotes"]["get"]["parameters"].append(
        {"in": "query", "name": "may", "required": False, "schema": {"type": "string"}}
    ),
    lambda d: model(d, "Quote")["properties"].update(more={"type": "string"}),
    lambda d: model(d, "ArticleIn")["properties"].update(more={"type": "string"}),
    lambda d: model(d, "QuoteKind")["enum"].append("sung"),
    lambda d: parameter(d, "q").update(description="Other words."),
]


@pytest.mark.parametrize("words", BREAKS)
def test_breaks(words: str) -> None:
    new = copy.deepcopy(OLD)
    BREAKS[words](new)
    assert any(words in line for line in breaking(OLD, new)), list(breaking(OLD, new))


@pytest.mark.parametrize("number", range(len(HARMLESS)))
def test_harmless(number: int) -> None:
    new = copy.deepcopy(OLD)
    HARMLESS[number](new)
    assert list(breaking(OLD, new)) == []


def test_nothing_released_is_broken(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(str(DOCS / "openapi.released.json"), str(DOCS / "openapi.json")) == 0, capsys.readouterr().err
