"""Every code of the closed lists is given by some text: what a flag, a null or an unresolved place says. Sentences are our own."""

from datetime import UTC, datetime

import pytest

from app.domain.document import Document
from app.domain.findings import Findings
from app.domain.vocabulary import FlagCode, NullReason, UnresolvedReason

PUBLISHED = datetime(2024, 11, 13, 18, tzinfo=UTC)  # a Wednesday

FLAGS = [
    (
        FlagCode.LANGUAGE_NOT_SUPPORTED,
        "Російські війська обстріляли місто Нікополь, двоє людей загинули, повідомила влада.",
    ),
    (
        FlagCode.SUM_EXCEEDS_LAUNCHED,
        "Russia launched 30 drones overnight; 25 were shot down and 10 were lost, the Ukrainian Air Force said.",
    ),
    # nine and five are more than twelve
    (
        FlagCode.PARTS_EXCEED_TOTAL,
        "Russia launched 60 drones overnight and 12 were shot down, including 9 over Mykolaiv region and 5 over Odesa region, the Air Force said.",
    ),
    (FlagCode.DATE_CONFLICT, "Russian drones attacked Ukraine on Tuesday, November 13, killing two people in Sumy."),
    (FlagCode.DATE_CONFLICT, "Russian drones attacked Ukraine on November 20, killing two people in Sumy."),
    (
        FlagCode.RIVAL_CLAIMS,
        "Ukraine said a Russian strike on Selydove killed seven people on Wednesday, while Russia's Defence Ministry said it killed 30 soldiers.",
    ),
    (FlagCode.UNCLOSED_QUOTE, "Missiles hit Kharkiv on Wednesday. “We have lost all that we had, the owner said."),
]

NOT_FLAGGED = [
    "Russian drones attacked Ukraine on Wednesday, November 13, killing two people in Sumy.",
    "Russian drones attacked Ukraine on the night into Wednesday, November 13, killing two people in Sumy.",
    # a quote of two paragraphs closes at its end
    "The mayor spoke on Wednesday. “We have lost all that we had.\n“But we shall build it up again,” he said.",
    # one tells of the dead, the other of the wounded
    "A missile hit Sumy on Wednesday. The mayor said two people died, while the police said five were wounded.",
    "Russia launched 60 drones overnight and 14 were shot down, including 9 over Mykolaiv region and 5 over Odesa region, the Air Force said.",
]

NULLS = [
    (NullReason.NO_DATE_IN_TEXT, "A Russian missile hit Kharkiv, killing two people, the mayor said.", "date"),
    (NullReason.NOT_NAMED, "A missile hit Kharkiv on Wednesday, killing two people.", "attacker"),
    (NullReason.NOT_NAMED, "A missile hit Kharkiv on Wednesday, killing two people.", "claimant"),
    (NullReason.NO_PLACE_IN_TEXT, "Russia launched 30 drones overnight, the Ukrainian Air Force said.", "places"),
    # two sides are named, and which of them fired is open
    (
        NullReason.AMBIGUOUS,
        "Israel and Iran traded fire on Wednesday. A missile killed three people and wounded 12, medics said.",
        "attacker",
    ),
]

PLACES = [
    (UnresolvedReason.NOT_IN_GAZETTEER, "Drones hit Hlubokovsky district."),
    (UnresolvedReason.AMBIGUOUS, "Drones hit Shevchenkivskyi district."),
    (UnresolvedReason.TOO_VAGUE, "Oil flows through the Middle East."),
]


def _read(extractor, text: str, published: datetime | None = PUBLISHED) -> Findings:  # type: ignore[no-untyped-def]
    found: Findings = extractor.extract(Document(text, published_at=published))
    return found


def _flags(found: Findings) -> set[FlagCode]:
    return {f.code for f in (*found.flags, *(f for r in found.attack_reports for f in r.flags))}


@pytest.mark.parametrize(("code", "text"), FLAGS)
def test_flags(extractor, code: FlagCode, text: str) -> None:  # type: ignore[no-untyped-def]
    assert _flags(_read(extractor, text)) == {code}


@pytest.mark.parametrize("text", NOT_FLAGGED)
def test_no_flag_without_a_doubt(extractor, text: str) -> None:  # type: ignore[no-untyped-def]
    assert _flags(_read(extractor, text)) == set()


@pytest.mark.parametrize(("reason", "text", "field"), NULLS)
def test_nulls(extractor, reason: NullReason, text: str, field: str) -> None:  # type: ignore[no-untyped-def]
    (report,) = _read(extractor, text).attack_reports
    assert report.nulls[field] is reason


def test_without_a_publication_date_nothing_fixes_a_weekday(extractor) -> None:  # type: ignore[no-untyped-def]
    (report,) = _read(extractor, "A Russian missile hit Kharkiv on Wednesday, killing two.", None).attack_reports
    assert report.nulls["date"] is NullReason.NO_PUBLICATION_DATE


@pytest.mark.parametrize(("reason", "text"), PLACES)
def test_unresolved(extractor, reason: UnresolvedReason, text: str) -> None:  # type: ignore[no-untyped-def]
    assert reason in {e.place.unresolved for e in _read(extractor, text).entities if e.place}


def test_every_code_is_given() -> None:
    assert {code for code, _ in FLAGS} == set(FlagCode)
    assert {reason for reason, _, _ in NULLS} | {NullReason.NO_PUBLICATION_DATE} == set(NullReason)
    assert {reason for reason, _ in PLACES} == set(UnresolvedReason)
