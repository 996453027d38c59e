"""A correction on its way out: the stream, webhooks and MCP tell it as lists do; on both engines over a real socket."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from pytest_httpserver import HTTPServer

from tests.live.conftest import Live, live
from tests.live.test_mcp import call, refused
from tests.live.test_stream import listening
from tests.live.test_webhooks import FAST, Receiver, create, until


def patch(server: Live, path: str, **body: Any) -> dict[str, Any]:
    answer = httpx.patch(f"{server.url}/v1/{path}", json={"reason": "checked"} | body, headers=server.auth("write"))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _told_everywhere(server: Live, httpserver: HTTPServer) -> None:
    server.fill()
    receiver = Receiver(httpserver)
    create(server, url=receiver.url, kinds=["corrected"], since=0)
    report = call(server, "list_attack_reports", filters={"weapon": "drone"})["items"][0]
    launched = report["figures"][0]
    with listening(server.url, "?kind=corrected") as events:
        patch(server, f"attack-reports/{report['id']}", figures=[{"id": launched["id"], "low": 15, "high": 15}])
        change = json.loads(next(events)["data"])
    assert (change["kind"], change["resource"], change["id"]) == ("corrected", "attack_report", report["id"])
    until(lambda: receiver.got)
    assert [(m["type"], m["data"]["id"]) for m in receiver.messages()] == [("attack_report.corrected", report["id"])]
    shown = call(server, "get_attack_report", id=report["id"])
    assert (shown["figures"][0]["low"], shown["original"]["figures"][0]["low"]) == (15, 14)
    assert shown == httpx.get(f"{server.url}/v1/attack-reports/{report['id']}").json()
    article = call(server, "get_article", id=report["article"]["id"])
    assert [one["corrected"] for one in article["attack_reports"]] == [True]
    assert article["text"][launched["start"] : launched["end"]] == shown["figures"][0]["text"] == "14 drones"
    patch(server, f"attack-reports/{report['id']}", rejected=True)
    assert "checked" in refused(server, "get_attack_report", id=report["id"])
    assert call(server, "list_attack_reports", filters={"weapon": "drone"})["items"] == []


def test_on_sqlite(tmp_path: Path, httpserver: HTTPServer) -> None:
    with live(f"sqlite:///{tmp_path}/corrected.db", **FAST) as server:
        _told_everywhere(server, httpserver)


@pytest.mark.needs("postgres")
@pytest.mark.xdist_group("postgres")
def test_on_postgres(postgres_url: str, httpserver: HTTPServer) -> None:
    with live(postgres_url, **FAST) as server:
        _told_everywhere(server, httpserver)
