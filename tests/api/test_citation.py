"""A citation: the exact words of an exact revision, checkable, and open only as far as texts are."""

import hashlib
import re
from pathlib import Path

import jsonschema
import pytest

from tests.api.conftest import POSTS, WAVE, Served, serve

# The part of the CSL input schema (1.0.2) that an item of ours may use: anything else is refused.
_DATE = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": ["string", "number"]}},
        }
    },
    "required": ["date-parts"],
    "additionalProperties": False,
}
_STRINGS = "title container-title URL archive archive_location version language note".split()
CSL = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["type", "id"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string"},
            "type": {"enum": ["article-newspaper", "document"]},
            "author": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"literal": {"type": "string"}},
                    "additionalProperties": False,
                },
            },
            "issued": _DATE,
            "accessed": _DATE,
            **{name: {"type": "string"} for name in _STRINGS},
        },
    },
}
EDITED = WAVE.replace("went down", "were shot down")
START = WAVE.index("Eleven went down")
END = START + len("Eleven went down")


@pytest.fixture
def article(served: Served) -> str:
    """The briefing as it came and as it was edited."""
    made = served.post({**POSTS[0], "title": "Night & fire"}).json()["article"]
    assert served.post({**POSTS[0], "text": EDITED}).status_code == 201
    return f"/v1/articles/{made['id']}"


def test_words_of_an_old_revision(served: Served, article: str) -> None:
    cited = served.client.get(f"{article}/citation?start={START}&end={END}&revision=1").json()
    then = served.client.get(f"{article}/revisions/1").json()
    assert cited["text"] == then["text"][START:END] == "Eleven went down"
    assert cited["before"] == WAVE[START - 80 : START]
    assert cited["after"] == WAVE[END : END + 80]
    assert cited["content_hash"] == hashlib.sha256(then["text"].encode()).hexdigest()
    assert cited["source_link"] == "https://a.example/wave#:~:text=Eleven%20went%20down"
    assert served.client.get(f"{article}/citation?start={START}&end={END}").json()["text"] == "Eleven were shot"


def test_the_permalink_gives_the_same_for_good(served: Served, article: str) -> None:
    first = served.client.get(f"{article}/citation?start={START}&end={END}").json()
    assert served.post(POSTS[0]).status_code == 201  # edited back: revision 3
    assert served.client.get(f"{article}/citation?start={START}&end={END}").json()["revision"] == 3
    again = served.client.get(first["permalink"]).json()
    assert {**again, "csl": {**again["csl"], "title": None}} == {**first, "csl": {**first["csl"], "title": None}}
    assert served.client.get(first["csl"]["archive_location"]).json() == again


@pytest.mark.parametrize("query", ["", "?revision=1", f"?start={START}&end={END}", f"?start=0&end={len(WAVE)}"])
def test_files_for_reference_managers(served: Served, article: str, query: str) -> None:
    sign = "&" if query else "?"
    plain = served.client.get(article + "/citation" + query).json()["csl"]
    answer = served.client.get(f"{article}/citation{query}{sign}format=csl")
    assert answer.headers["content-type"] == "application/vnd.citationstyles.csl+json"
    assert answer.json() == [plain]
    jsonschema.Draft7Validator(CSL).validate(answer.json())
    entry = served.client.get(f"{article}/citation{query}{sign}format=bibtex")
    assert entry.headers["content-type"] == "application/x-bibtex"
    assert "cache-control" in entry.headers
    assert entry.text.startswith(f"@misc{{{plain['id']},")
    assert plain["archive_location"] in entry.text


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ("start=3", 422, "missing"),
        ("end=3", 422, "missing"),
        ("start=5&end=5", 422, "empty_range"),
        ("start=9&end=3", 422, "empty_range"),
        (f"start=0&end={len(EDITED) + 1}", 422, "out_of_range"),
        ("start=-1&end=3", 422, "greater_than_equal"),
        ("start=0&end=10000001", 422, "less_than_equal"),
        ("start=a&end=3", 422, "int_parsing"),
        ("format=ris", 422, "literal_error"),
        ("words=1", 422, "extra_forbidden"),
        ("revision=9", 404, None),
    ],
)
def test_refused(served: Served, article: str, query: str, status: int, kind: str | None) -> None:
    answer = served.client.get(f"{article}/citation?{query}")
    assert answer.status_code == status
    assert (answer.json().get("errors") or [{"type": None}])[0]["type"] == kind


def test_a_withdrawn_article_is_not_cited(served: Served, article: str) -> None:
    served.client.delete(article + "?reason=retracted", headers=served.auth("admin"))
    assert served.client.get(article + "/citation").status_code == 410
    assert served.client.get("/v1/articles/nothing/citation").status_code == 404


def test_only_excerpts_where_texts_are_closed(tmp_path: Path) -> None:
    for served in serve(tmp_path, public_text=False):
        made = served.post(POSTS[0]).json()["article"]
        served.post({**POSTS[0], "text": EDITED})
        url = f"/v1/articles/{made['id']}/citation"
        for revision, words in ((1, "Eleven went down"), (2, "Eleven were shot")):
            shown = served.client.get(f"{url}?revision={revision}&start={START}&end={END}").json()
            assert (shown["text"], shown["before"], shown["after"]) == (words, None, None)
        hidden = served.client.get(f"{url}?start=0&end=5")  # the headline carries no finding
        assert hidden.json()["text"] is None
        assert hidden.json()["source_link"] == "https://a.example/wave"
        assert "Night" not in hidden.text.replace(made["title"] or "-", "")


def test_the_address_that_the_operator_names(tmp_path: Path) -> None:
    for served in serve(tmp_path, public_url="https://sitrep.example/api/"):
        made = served.post(POSTS[0]).json()["article"]
        link = served.client.get(f"/v1/articles/{made['id']}/citation").json()["permalink"]
        assert re.fullmatch(r"https://sitrep\.example/api/v1/articles/[0-9a-f-]+/citation\?revision=1", link)
