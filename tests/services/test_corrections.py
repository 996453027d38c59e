"""Corrections outlive re-extractions, revisions, crashes and backups, on both engines; two editors at once lose nothing."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from app.core.db import read_session, write_session
from app.core.errors import Rejected, Superseded
from app.core.settings import Settings
from app.domain import findings as f
from app.domain.document import Document
from app.domain.vocabulary import AttackKind, Correctable, Metric
from app.models import Article, AttackReport, Change, Correction, Entity, Figure, PlaceLink, Quote, Snapshot
from app.services import corrections, replay
from app.services.ingest import store
from app.store import attacks_read, quotes_read, save_findings
from tests.store.test_save import NOW, TEXT, document, findings

MORE = TEXT + " The power is back."
LATER = NOW + timedelta(hours=1)
Edit = Callable[[f.Findings], f.Findings]


class Extraction:
    """Finds what `edit` makes of the findings."""

    def __init__(self, edit: Edit, version: str = "newer") -> None:
        self.edit, self.newer = edit, version

    async def extract(self, document: Document) -> f.Findings:
        return replace(self.edit(findings(document.text)), extractor_version=self.newer)


def reextract(engine: Engine, edit: Edit = lambda old: old, version: str = "newer") -> None:
    async def work() -> list[replay.Result]:
        items = replay.plan(engine, version, every=True)
        return [
            one
            async for one in replay.run(engine, Settings(), Extraction(edit, version), items, write=True)  # type: ignore[arg-type]
        ]

    assert [one.error for one in asyncio.run(work())] == [None]


def only(engine: Engine, model: Any) -> Any:
    with read_session(engine) as session:
        return session.exec(select(model).order_by(model.id)).first()


def correct(engine: Engine, resource: Correctable, change: dict[str, Any], by: str = "sk_editor") -> Correction | None:
    with write_session(engine) as session:
        row = corrections.opened(session, resource, str(only(engine, _model(resource)).id))
        return corrections.correct(session, row, change, by=by, reason="checked", now=LATER)


def _model(resource: Correctable) -> Any:
    return Quote if resource is Correctable.QUOTE else AttackReport


def undo(engine: Engine, made: Correction) -> None:
    with write_session(engine) as session:
        corrections.undo(session, str(made.id), by="sk_editor", reason="no", now=LATER)


def figure_id(engine: Engine) -> str:
    return str(only(engine, AttackReport).document["figures"][0]["id"])


def seen(engine: Engine) -> dict[str, Any]:
    """All that depends on a correction."""
    with read_session(engine) as session:
        report = session.exec(select(AttackReport)).one()
        quote = session.exec(select(Quote)).one()
        article = session.exec(select(Article)).one()
        return {
            "report": report.model_dump(exclude={"extractor_version", "revision"}),
            "quote": quote.model_dump(exclude={"extractor_version", "revision"}),
            "figures": [one.model_dump(exclude={"id"}) for one in session.exec(select(Figure))],
            "places": [one.model_dump(exclude={"id"}) for one in session.exec(select(PlaceLink))],
            "counts": (article.quote_count, article.attack_report_count),
            "speakers": dict(session.exec(select(Entity.key, Entity.quote_count)).all()),
            "states": session.exec(select(Correction.state).order_by(Correction.id)).all(),  # type: ignore[arg-type]
        }


def edited(engine: Engine) -> list[Correction]:
    """A figure, an actor, a place and a speaker corrected."""
    figure = {"id": figure_id(engine), "low": 5, "high": 5, "metric": "downed", "place": "Kyiv"}
    report = {"attacker": "Kyiv", "claimant": {"name": "locals"}, "figures": [figure], "kind": "mixed"}
    report |= {
        "places": [{"place": "Kyiv", "role": "target"}],
        "occurred_from": "2024-11-12",
        "occurred_to": "2024-11-12",
    }
    made = [
        correct(engine, Correctable.ATTACK_REPORT, report),
        correct(engine, Correctable.QUOTE, {"speaker": "Kyiv", "medium": "Telegram", "said_on": "2024-11-12"}),
    ]
    return [one for one in made if one is not None]


@pytest.fixture
def stored(any_engine: Engine) -> Engine:
    store(any_engine, document(), findings(), now=NOW)
    return any_engine


def test_the_same_extraction_again_changes_nothing(stored: Engine) -> None:
    untouched = seen(stored)
    made = edited(stored)
    after = seen(stored)
    assert after["figures"][0]["low"] == 5
    assert after["speakers"] == {"place:kyiv": 1, "person:ivan-bondar": 0}
    reextract(stored)
    assert seen(stored) == after
    with read_session(stored) as session:
        kept = session.exec(select(Snapshot)).one()  # the record of what was extracted knows no editors
        assert (kept.attack_reports[0]["attacker"], kept.quotes[0]["speaker"]["name"]) == (None, "Ivan Bondar")
    for one in made:
        undo(stored, one)
    assert seen(stored) == untouched | {"states": ["undone", "undone"]}
    reextract(stored)
    assert seen(stored) == untouched | {"states": ["undone", "undone"]}


def test_a_new_revision_keeps_them(stored: Engine) -> None:
    edited(stored)
    after = seen(stored)
    store(stored, document("So. " + MORE), findings("So. " + MORE), now=LATER)
    moved = seen(stored)
    assert (moved["figures"], moved["states"]) == (after["figures"], after["states"])
    assert moved["quote"]["speaker_name"] == "Kyiv"
    assert moved["report"]["document"]["figures"][0]["start"] == after["report"]["document"]["figures"][0]["start"] + 4
    assert only(stored, AttackReport).revision == 2


def _other_number(old: f.Findings) -> f.Findings:
    report = old.attack_reports[0]
    figures = (replace(report.figures[0], low=3, high=3),)
    return replace(old, attack_reports=(replace(report, figures=figures, kind=AttackKind.MISSILE),))


def test_what_is_read_otherwise_is_corrected_still(stored: Engine) -> None:
    """The extractor changed its mind on both; the editor's word stands, and undone shows what is extracted now."""
    made = edited(stored)
    reextract(stored, _other_number)
    report = only(stored, AttackReport)
    assert (report.kind, report.document["figures"][0]["low"]) == ("mixed", 5)
    assert (report.original["kind"], report.original["figures"][0]["low"]) == ("missile", 3)
    undo(stored, made[0])
    report = only(stored, AttackReport)
    assert (report.kind, report.document["figures"][0]["low"], report.original) == ("missile", 3, None)


def _other_metric(old: f.Findings) -> f.Findings:
    report = old.attack_reports[0]
    return replace(old, attack_reports=(replace(report, figures=(replace(report.figures[0], metric=Metric.LOST),)),))


def test_a_figure_that_is_gone_leaves_its_correction_orphaned_until_it_is_back(stored: Engine) -> None:
    correct(stored, Correctable.ATTACK_REPORT, {"figures": [{"id": figure_id(stored), "low": 5, "high": 5}]})
    correct(
        stored, Correctable.ATTACK_REPORT, {"kind": "mixed", "figures": [{"id": figure_id(stored), "who": "swarm"}]}
    )
    assert seen(stored)["states"] == ["applied", "applied"]
    reextract(stored, _other_metric, "second")
    found = seen(stored)
    assert found["states"] == ["orphaned", "partial"]
    assert (found["report"]["kind"], [(one["metric"], one["low"]) for one in found["figures"]]) == (
        "mixed",
        [("lost", 2)],
    )
    reextract(stored, version="third")
    assert seen(stored)["states"] == ["applied", "applied"]
    assert [(one["metric"], one["low"]) for one in seen(stored)["figures"]] == [("launched", 5)]


def test_a_finding_that_is_gone(stored: Engine) -> None:
    """Superseded, its corrections orphaned; back again, it is as it was corrected; undone meanwhile, it is not."""
    made = edited(stored)
    after = seen(stored)
    reextract(stored, lambda old: replace(old, quotes=(), attack_reports=()), "second")
    assert seen(stored)["states"] == ["orphaned", "orphaned"]
    with read_session(stored) as session, pytest.raises(Superseded):
        quotes_read.get(session, str(only(stored, Quote).id))
    undo(stored, made[1])
    assert only(stored, Quote).current is False
    reextract(stored, version="third")
    back = seen(stored)
    assert back["states"] == ["applied", "undone"]
    assert (back["report"], back["figures"]) == (after["report"], after["figures"])
    assert back["quote"]["speaker_name"] == "Ivan Bondar"


def test_what_was_rejected_stays_rejected_while_it_is_found(stored: Engine) -> None:
    made = correct(stored, Correctable.ATTACK_REPORT, {"rejected": True})
    assert made is not None
    wanted = str(made.resource_id)
    for edit, version in ((_other_number, "second"), (lambda old: old, "third")):
        reextract(stored, edit, version)
        with read_session(stored) as session, pytest.raises(Rejected, match="checked"):
            attacks_read.get(session, wanted)
        assert seen(stored)["counts"] == (1, 0)
    reextract(stored, lambda old: replace(old, attack_reports=()), "fourth")
    with read_session(stored) as session, pytest.raises(Superseded):
        attacks_read.get(session, wanted)
    reextract(stored, version="fifth")
    assert seen(stored)["states"] == ["applied"]
    assert seen(stored)["counts"] == (1, 0)
    undo(stored, made)
    assert seen(stored)["counts"] == (1, 1)


def _second(old: f.Findings) -> f.Findings:
    """A second report in the same sentence."""
    report = old.attack_reports[0]
    other = replace(report, kind=AttackKind.MISSILE, figures=())
    return replace(old, attack_reports=(other, report))


@pytest.mark.parametrize(
    "later",
    [
        lambda old: old,  # the false one is no longer found
        lambda old: replace(
            _second(old), attack_reports=_second(old).attack_reports[::-1]
        ),  # they come in another order
        _other_number,  # the right one alone, read somewhat otherwise
    ],
)
def test_the_neighbour_of_what_was_rejected_does_not_inherit_it(any_engine: Engine, later: Edit) -> None:
    """Two reports of one sentence have the same words; an editor rejects the false one, which stands first."""
    store(any_engine, document(), _second(findings()), now=NOW)
    assert only(any_engine, AttackReport).kind == "missile"
    correct(any_engine, Correctable.ATTACK_REPORT, {"rejected": True})
    with read_session(any_engine) as session:
        (right,) = session.exec(select(AttackReport.id).where(AttackReport.current))
    reextract(any_engine, later, "second")
    with read_session(any_engine) as session:
        (shown,) = session.exec(select(AttackReport).where(AttackReport.current))
        assert shown.id == right
        assert len(shown.document["figures"]) == 1


def test_a_crash_in_between_loses_nothing(stored: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The transaction of a re-extraction, or of a correction, dies at its last step: everything is as before."""
    edited(stored)
    before, log = seen(stored), len(_all(stored, Change))

    def die(*_: object) -> None:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr(save_findings.search, "refresh_article", die)
        with pytest.raises(RuntimeError):
            reextract(stored, _other_number)
        with pytest.raises(RuntimeError):
            correct(stored, Correctable.QUOTE, {"speaker": None})
        with pytest.raises(RuntimeError):
            undo(stored, only(stored, Correction))
    assert (seen(stored), len(_all(stored, Change))) == (before, log)
    reextract(stored)
    assert seen(stored) == before


def _all(engine: Engine, model: Any) -> list[Any]:
    with read_session(engine) as session:
        return list(session.exec(select(model)))


def test_backup_and_restore_carry_them(engine: Engine, tmp_path: Path) -> None:
    from app.core.backup import backup, restore
    from app.core.db import make_engine

    store(engine, document(), findings(), now=NOW)
    made = edited(engine)
    assert backup(engine, tmp_path / "copy.db").rows["corrections"] == 2
    url = f"sqlite:///{tmp_path}/restored.db"
    restore(url, tmp_path / "copy.db")
    restored = make_engine(Settings(database_url=url))
    assert seen(restored) == seen(engine)
    reextract(restored)
    assert seen(restored) == seen(engine)
    undo(restored, made[0])
    assert only(restored, AttackReport).kind == "drone"
    restored.dispose()


def test_rows_of_an_older_version_can_be_corrected(stored: Engine) -> None:
    """Their figures have no names yet: they get the names that an extraction would give."""
    with write_session(stored) as session:
        row = session.exec(select(AttackReport)).one()
        named = row.document["figures"][0]["id"]
        row.document = row.document | {
            "figures": [{k: v for k, v in one.items() if k != "id"} for one in row.document["figures"]]
        }
        session.add(row)
    correct(stored, Correctable.ATTACK_REPORT, {"figures": [{"id": named, "low": 7, "high": 7}]})
    assert seen(stored)["figures"][0]["low"] == 7
