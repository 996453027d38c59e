"""Corrections made at the same time as others, as a re-extraction, and undone twice."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from app.core.db import read_session
from app.core.errors import SitrepError
from app.domain.vocabulary import Correctable
from app.models import AttackReport, Change, Correction, Quote
from app.services.ingest import store
from tests.services.test_corrections import correct, edited, only, reextract, seen, undo
from tests.store.test_save import NOW, document, findings


@pytest.fixture
def stored(any_engine: Engine) -> Engine:
    store(any_engine, document(), findings(), now=NOW)
    return any_engine


def _together(*works: Callable[[], object]) -> list[Exception]:
    failed: list[Exception] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - whatever it was, the test says what it expected
            failed.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return failed


def test_two_editors_at_once(stored: Engine) -> None:
    """Each correction is kept, they are numbered in the order of their application, and the last one is what is shown."""

    def editor(name: str) -> Callable[[], None]:
        def work() -> None:
            for number in range(8):
                correct(stored, Correctable.ATTACK_REPORT, {"attacker": {"name": f"{name}{number}"}}, by=name)

        return work

    assert _together(editor("a"), editor("b")) == []
    with read_session(stored) as session:
        made = session.exec(select(Correction).order_by(Correction.number)).all()  # type: ignore[arg-type]
        assert [one.number for one in made] == list(range(1, 17))
        assert [one.before["attacker"] for one in made[1:]] == [one.after["attacker"] for one in made[:-1]]
        assert session.exec(select(AttackReport.attacker_name)).one() == made[-1].after["attacker"]["name"]
        told = [one.kind for one in session.exec(select(Change))]
        assert told == ["created"] + ["corrected"] * 16


def test_an_editor_during_a_reextraction(stored: Engine) -> None:
    """Whichever is first: no correction is lost on the way."""

    def editor() -> None:
        for number in range(6):
            correct(stored, Correctable.QUOTE, {"speaker": {"name": f"neighbour {number}"}})

    def extractor() -> None:
        for number in range(6):
            reextract(stored, version=f"v{number}")

    assert _together(editor, extractor) == []
    assert only(stored, Quote).speaker_name == "neighbour 5"
    assert seen(stored)["states"] == ["applied"] * 6


def test_one_correction_is_undone_once(stored: Engine) -> None:
    made = edited(stored)[0]
    failed = _together(*[lambda: undo(stored, made)] * 4)
    assert [type(error) for error in failed] == [type(error) for error in failed if isinstance(error, SitrepError)]
    assert len(failed) == 3
    assert seen(stored)["states"] == ["undone", "applied"]
