"""Corrections that are refused: bodies, bytes, unknown findings, names that are not clear, too many of them."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.conftest import POSTS, Served, serve
from tests.api.test_corrections import get, items, patch, quote, report, undo
from tests.api.test_status import MARK, RAW, check_problem

FIG = "f000000000000"
HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("attack-reports", {}),  # nothing to correct
    ("attack-reports", {"reason": " ", "kind": "drone"}),
    ("attack-reports", {"reason": "x" * 501, "kind": "drone"}),
    ("attack-reports", {"reason": "a\0b", "kind": "drone"}),
    ("attack-reports", {"reason": None, "kind": "drone"}),
    ("attack-reports", {"kind": MARK}),
    ("attack-reports", {"kind": None}),
    ("attack-reports", {MARK: 1}),
    ("attack-reports", {"speaker": "Russia"}),  # of quotes
    ("attack-reports", {"id": "0195c0de-0000-7000-8000-000000000001"}),
    ("attack-reports", {"rejected": False}),
    ("attack-reports", {"rejected": 1}),
    ("attack-reports", {"rejected": None}),
    ("attack-reports", {"rejected": True, "kind": "missile"}),
    ("attack-reports", {"attacker": MARK}),  # no such entity
    ("attack-reports", {"attacker": "00000000-0000-7000-8000-000000000000"}),
    ("attack-reports", {"attacker": {"name": ""}}),
    ("attack-reports", {"attacker": {"name": "x", "entity": "place:russia"}}),
    ("attack-reports", {"attacker": ["Russia"]}),
    ("attack-reports", {"attacker": 7}),
    ("attack-reports", {"attacker": "%"}),
    ("attack-reports", {"occurred_to": "2025-03-03"}),  # with `occurred_from`
    ("attack-reports", {"occurred_from": "2025-03-04", "occurred_to": "2025-03-03"}),
    ("attack-reports", {"occurred_from": "2199-01-01", "occurred_to": "2199-01-01"}),
    ("attack-reports", {"occurred_from": "0001-01-01", "occurred_to": "0001-01-01"}),
    ("attack-reports", {"occurred_from": 20250303, "occurred_to": "2025-03-03"}),
    ("attack-reports", {"occurred_from": "2025-02-30", "occurred_to": "2025-03-03"}),
    ("attack-reports", {"occurred_from": "20250303", "occurred_to": "20250303"}),
    ("attack-reports", {"occurred_from": None, "occurred_to": None, "date_precision": "day"}),
    ("attack-reports", {"historical": "yes"}),
    ("attack-reports", {"part_of_day": "noonish"}),
    ("attack-reports", {"places": "Kyiv"}),
    ("attack-reports", {"places": [{"place": "Odesa Oblast"}]}),
    ("attack-reports", {"places": [{"place": "Odesa Oblast", "role": "near"}]}),
    ("attack-reports", {"places": [{"place": "Maksym Horbal", "role": "target"}]}),  # a person is no place
    ("attack-reports", {"places": [{"place": {"name": "x"}, "role": "target"}] * 51}),
    ("attack-reports", {"figures": []}),
    ("attack-reports", {"figures": [{"id": FIG, "low": 1, "high": 1}]}),  # no such figure
    ("attack-reports", {"figures": [{"id": "0", "low": 1, "high": 1}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED"}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "low": 1}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "low": 3, "high": 2}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "low": 2, "high": 3}]}),  # it is `exact`
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "low": 2, "high": 2, "qualifier": "range"}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "low": -1, "high": 2}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "low": 2.5, "high": 3}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "low": "2", "high": "2"}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "low": True, "high": True}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "low": 10**30, "high": 10**30}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "metric": "eaten"}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "metric": None}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "start": 0}]}),  # spans are what was read
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "rejected": True, "low": 1, "high": 1}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "rejected": True}] * 2}),
    ("quotes", {}),
    ("quotes", {"text": "Other words."}),
    ("quotes", {"attacker": "Russia"}),
    ("quotes", {"kind": "shouted"}),
    ("quotes", {"medium": ""}),
    ("quotes", {"medium": "x" * 201}),
    ("quotes", {"said_on": "yesterday"}),
    ("quotes", {"speaker": {"name": "\ud800"}}),
]


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """For what is refused: nothing of it changes anything."""
    for served in serve(tmp_path_factory.mktemp("still")):
        for body in POSTS[:2]:
            assert served.post(body).status_code == 201
        yield served


@pytest.mark.parametrize(("kind", "body"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_bodies(still: Served, kind: str, body: dict[str, Any]) -> None:
    first = quote(still) if kind == "quotes" else report(still)
    for figure in body.get("figures", ()):
        if figure.get("id") == "LAUNCHED":
            figure["id"] = first["figures"][0]["id"]
    answer = patch(still, f"{kind}/{first['id']}", body)
    problem = check_problem(answer, 422)
    assert all(error["loc"][0] == "body" for error in problem["errors"])
    assert MARK not in answer.text.replace(f'"{MARK}"', "")
    assert items(still, "corrections") == []
    assert (quote(still) if kind == "quotes" else report(still)) == first


@pytest.mark.parametrize(("raw", "kind", "status"), RAW, ids=range(len(RAW)))
def test_hostile_bytes(still: Served, raw: bytes, kind: str, status: int) -> None:
    headers = still.auth("write") | {"Content-Type": kind}
    check_problem(still.client.patch(f"/v1/quotes/{quote(still)['id']}", content=raw, headers=headers), status)


@pytest.mark.parametrize("path", ["quotes/zz", "quotes/00000000-0000-7000-8000-000000000000", "attack-reports/zz"])
def test_unknown_findings(still: Served, path: str) -> None:
    check_problem(patch(still, path, {"rejected": True}), 404)


@pytest.mark.parametrize("reason", ["", " ", "x" * 501, "a\ud800"])
def test_undoing_needs_a_reason(desk: Served, reason: str) -> None:
    made = patch(desk, f"quotes/{quote(desk)['id']}", {"medium": None}).json()["corrections"][0]["id"]
    url = f"/v1/corrections/{made}"
    check_problem(desk.client.delete(url, headers=desk.auth("write")), 422)
    if "\ud800" not in reason:
        check_problem(desk.client.delete(url, params={"reason": reason}, headers=desk.auth("write")), 422)
    assert get(desk, f"corrections/{made}")["state"] == "applied"


def test_a_name_of_two_entities_is_refused(desk: Served) -> None:
    """Both are called so; an id says which is meant."""
    from sqlmodel import select

    from app.core.db import make_engine, write_session
    from app.models import Entity, EntityAlias

    engine = make_engine(desk.settings)
    with write_session(engine) as session:
        for name in ("Maksym Horbal", "Iryna Lanova"):
            row = session.exec(select(Entity).where(Entity.name == name)).one()
            session.add(EntityAlias(entity_id=row.id, alias="the spokesman", folded="the spokesman"))
            wanted = str(row.id)
    engine.dispose()
    first = quote(desk)
    problem = check_problem(patch(desk, f"quotes/{first['id']}", {"speaker": "The Spokesman"}), 422)
    assert "several" in problem["errors"][0]["msg"]
    assert patch(desk, f"quotes/{first['id']}", {"speaker": wanted}).json()["speaker"]["name"] == "Iryna Lanova"


def test_corrections_of_one_finding_are_bounded(desk: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.corrections.MOST_IN_FORCE", 3)
    path = f"attack-reports/{report(desk)['id']}"
    kinds = ["missile", "mixed", "naval", "ground"]
    answers = [patch(desk, path, {"kind": kind}) for kind in kinds]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 409]
    assert undo(desk, answers[0].json()["corrections"][0]["id"]) == 204
    assert patch(desk, path, {"kind": "ground"}).status_code == 200
