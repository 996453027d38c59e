"""The client against answers that are made up; tests/contract of the main suite runs it against a real server."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sitrep_client import Sitrep, SitrepError


def client(answer: Callable[[httpx.Request], httpx.Response], **options: Any) -> tuple[Sitrep, list[float]]:
    slept: list[float] = []
    return Sitrep("http://x", transport=httpx.MockTransport(answer), sleep=slept.append, **options), slept


def test_429_is_waited_out_as_told() -> None:
    answers = [
        httpx.Response(429, headers={"Retry-After": "7"}),
        httpx.Response(503),
        httpx.Response(200, json={"items": [{"id": "a"}], "next": None}),
    ]
    sitrep, slept = client(lambda _: answers.pop(0))
    assert [one["id"] for one in sitrep.quotes()] == ["a"]
    assert slept == [7.0, 1.0]


def test_patience_ends() -> None:
    sitrep, slept = client(lambda _: httpx.Response(429, json={"type": "t", "detail": "Slow down."}), retries=2)
    with pytest.raises(SitrepError, match="429: Slow down") as caught:
        list(sitrep.quotes())
    assert (caught.value.type, len(slept)) == ("t", 2)


def test_other_refusals_are_not_repeated() -> None:
    asked = []
    sitrep, _ = client(lambda request: (asked.append(request), httpx.Response(404, text="<html>"))[1])
    with pytest.raises(SitrepError, match="no reason given"):
        sitrep.get("/v1/quotes/x")
    assert len(asked) == 1


def test_filters_and_pages() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url.query, "ascii"))
        return httpx.Response(200, json={"items": [len(asked)], "next": "c" if len(asked) == 1 else None})

    sitrep, _ = client(answer)
    assert list(sitrep.attack_reports(from_="2025-03-01", historical=False, place=None)) == [1, 2]
    assert asked == ["from=2025-03-01&historical=false", "from=2025-03-01&historical=false&cursor=c"]


def test_a_stream_goes_on_where_it_stopped() -> None:
    asked = []
    first = 'id: 4\nretry: 2000\n\ndata: {"seq": 5}\nid: 5\n\nevent: end\ndata: {"since": 5}\nid: 5\n\n'
    second = 'id: 5\n\n: ping\n\ndata: {"seq": 6}\nid: 6\n\n'

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("last-event-id"))
        return httpx.Response(200, text=(first, second)[len(asked) - 1])

    sitrep, slept = client(answer)
    changes = sitrep.stream()
    assert [next(changes)["seq"], next(changes)["seq"]] == [5, 6]
    assert (asked, slept) == ([None, "5"], [1.0])
