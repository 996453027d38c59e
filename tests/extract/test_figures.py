"""Which numbers are figures: reasons against, constructions, names of weapons. Sentences are our own."""

import gzip
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from app.domain.document import Document
from app.extract.attacks.claims import _numbers, claims
from app.extract.attacks.lexicon import models, weapons
from app.extract.attacks.reading import Reading, read_sentence
from app.extract.attacks.reasons import REASONS, reason_against
from app.extract.gazetteer import rows
from app.extract.parse import parse

PUBLISHED = datetime(2024, 11, 13, 18, tzinfo=UTC)


@pytest.fixture(scope="module")
def read(nlp: Language) -> Callable[[str], Reading]:
    return lambda text: read_sentence(parse(nlp, text)[:], 0)


#: (sentence, number, reason); None: a counter-example
AGAINST = [
    ("Shelling has killed 236 residents since last November.", 236, "longer_time"),
    ("Over the past week Russia dropped 1,100 guided bombs.", 1100, "longer_time"),
    ("Up to 60 guided bombs a day fell on the town.", 60, "longer_time"),
    ("Two people died in a night of missiles and drones.", 2, None),  # "a night of" is one night
    ("Russia fired 574 drones, the largest raid since July.", 574, None),  # a record compares, it does not sum
    ("Russia has fired 40 missiles since Monday night.", 40, None),
    ("The war has killed more than 35,000 Palestinians.", 35000, "whole_war"),
    ("Two soldiers fell, bringing to 282 the number killed in the operation.", 282, "whole_war"),
    ("Hamas-led militants killed 1,200 people on Oct. 7.", 1200, "whole_war"),
    ("The blast killed 12 people, bringing the death toll to 40.", 40, None),  # the toll of this attack
    ("Pyongyang has sent 100 ballistic missiles to Moscow.", 100, "delivery"),
    ("Germany pledged two launchers and 6,000 drones.", 6000, "delivery"),
    ("The plant assembles 500 drones.", 500, "delivery"),
    ("Russia sent 100 drones towards Odesa.", 100, None),
    ("The toll has climbed from two to three.", 2, "older_toll"),
    ("Six children aged between 3 and 16 were hurt.", 3, "age"),
    ("Six children aged between 3 and 16 were hurt.", 16, "age"),
    ("Six children aged between 3 and 16 were hurt.", 6, None),
    ("Eleven bombers launched 40 missiles.", 11, "attackers"),
    ("Four destroyers fired on the drones.", 4, "attackers"),
    ("Four pilots were killed.", 4, None),
    ("They counted 5,600 shellings, 161 of them with rocket launchers.", 161, "other_things"),
    ("They counted 56 drones, 16 of them over Kyiv.", 16, None),
    ("Russia lost 47,000 men and 364 tanks there.", 47000, "battle"),
    ("There were 102 combat engagements.", 102, "battle"),
    ("Two gunmen shot seven people at a stop.", 7, "by_hand"),
    ("It came two weeks after a strike killed two generals.", 2, "earlier_event"),
    ("At least 57 people were killed earlier this month at a station.", 57, "earlier_event"),
    ("A day earlier, Kyiv reported 108 drones.", 108, "earlier_event"),
    ("The plant employs 500.", 500, "delivery"),
    ("Doctors fight for the lives of four patients.", 4, "not_dead"),
    ("Moscow says 615 of its troops have been killed.", 615, "not_dead"),
    ("Kyiv says six of its soldiers were killed in a missile strike.", 6, None),
    ("Minutes after midnight 12 drones hit the port.", 12, None),
    ("Prior to this attack, 275 people were killed.", 275, "earlier_event"),
    ("The hospital is treating 590 patients, twice its capacity.", 590, "in_care"),
    ("Nine patients were killed in the strike.", 9, None),
    ("Gulf states have shot down over 2,000 missiles, reports say.", 2000, "too_many"),
    ("Russia fired 1,200 drones overnight.", 1200, None),
    # a whole war told beside an attack; a hundred may be one attack's
    ("In its war on Gaza, Israel killed 36,000 people.", 36000, "whole_war"),
    ("During the conflict shells killed 1,400 residents.", 1400, "whole_war"),
    ("In Sudan's war, militias killed 9,000 people.", 9000, "whole_war"),
    ("In the deadliest raid of its war on Gaza, Israel killed 140 people.", 140, None),
    # what it follows has a toll of its own; "followed by" comes later
    ("The raid follows blasts in two towns that killed 37 people.", 37, "earlier_event"),
    ("This escalation came after a strike that wounded 19.", 19, "earlier_event"),
    ("The attack followed a bombing of a school, killing 12.", 12, "earlier_event"),
    ("The attack was followed by a second strike that killed 12.", 12, None),
    # soldiers of a daily tally, also without their noun
    ("Enemy losses: some 150 soldiers fell in the north, over 180 were eliminated in the west.", 180, "battle"),
    ("In the west 190 troops were eliminated.", 190, "battle"),
    ("Of the militants 45 were neutralized.", 45, "battle"),
    ("Soldiers said 45 drones were neutralized.", 45, None),
    # which picture of how many
    ("1 of 3 | Smoke rises over a depot.", 1, "gallery"),
    ("1 of 3 | Smoke rises over a depot.", 3, "gallery"),
    ("2 / 14 – A burning house after a drone hit it.", 2, "gallery"),
    ("1 of 3 drones was shot down.", 3, None),
    ("A missile hit the frigate (FF 14).", 14, "name"),  # a hull number
    ("One missile was intercepted by the USS Laboon (DDG 58).", 58, "name"),
    ("A missile (one of 58) was shot down.", 58, None),
]


@pytest.mark.parametrize(("text", "low", "reason"), AGAINST)
def test_reasons_against_a_number(read, text: str, low: int, reason: str | None) -> None:  # type: ignore[no-untyped-def]
    reading = read(text)
    number = [n for n in _numbers(reading) if n.low == low][-1]
    assert reason_against(reading, number) == reason


def test_every_reason_has_an_example() -> None:
    assert {name for name, _ in REASONS} == {reason for _, _, reason in AGAINST if reason}


CLAIMED = [
    # "as" says it for every number in front
    ("The Air Force listed 59 missiles and 54 drones as downed.", {("downed", "missile", 59), ("downed", "drone", 54)}),
    # fired and hit: they hit
    ("Four missiles fired from U.S.-supplied HIMARS launchers hit a barracks.", {("hit", "missile", 4)}),
    (
        "Russia used 653 drones and 52 missiles, of which 592 and 31, respectively, were shot down.",
        {("launched", "drone", 653), ("launched", "missile", 52), ("downed", "drone", 592), ("downed", "missile", 31)},
    ),
    ("At least 200 drones took part in the raid.", {("launched", "drone", 200)}),
    ("Israel intercepted 99% of the more than 300 drones and missiles.", {("launched", "air_target", 300)}),
    # most of a list: of its second kind, too
    (
        "They shot down most of the 120 drones and 40 missiles.",
        {("launched", "drone", 120), ("launched", "missile", 40)},
    ),
    ("Half of 60 drones and nine missiles got past.", {("launched", "drone", 60), ("launched", "missile", 9)}),
    ("They shot down 120 drones and 40 missiles.", {("downed", "drone", 120), ("downed", "missile", 40)}),
    (
        "Most of the more than three dozen drones and five missiles were downed.",
        {("launched", "drone", 36), ("launched", "missile", 5)},
    ),
    # on their way; a ministry's formula for all shot down
    ("Eight drones approached the capital.", {("launched", "drone", 8)}),
    ("Nine drones attempted to attack the port.", {("launched", "drone", 9)}),
    ("Four missiles tried to hit the bridge.", {("launched", "missile", 4)}),
    ("Six officials approached the capital.", set()),
    ("An attempt at an attack using 14 drones was foiled.", {("downed", "drone", 14)}),
    ("The regime's attempt to carry out an attack using 26 drones has been thwarted.", {("downed", "drone", 26)}),
    ("Attempts at strikes with 12 missiles were stopped.", {("downed", "missile", 12)}),
    ("They carried out an attack using 14 drones.", {("launched", "drone", 14)}),
    # kinds with names of their own share no number
    ("Russia used 90 Shahed drones, Kh-101 cruise missiles and Iskander missiles.", {("launched", "drone", 90)}),
    ("Russia fired 14 Kh-101 cruise missiles, Iskander missiles and drones.", {("launched", "cruise_missile", 14)}),
    ("Russia launched 619 drones and missiles.", {("launched", "air_target", 619)}),
    # the one spoken of before
    ("The drone was shot down over the river.", {("downed", "drone", 1)}),
    ("The enemy missile was intercepted near the port.", {("downed", "missile", 1)}),
    ("Israel said it intercepted the missile.", {("downed", "missile", 1)}),
    ("The drones were shot down over the river.", set()),
    # parts without a count
    ("Air defences downed one third of the drones.", set()),
    ("They shot down two thirds of the missiles.", set()),
    ("Raids destroyed one quarter of the rockets.", set()),
    ("They shot down one of the missiles.", {("downed", "missile", 1)}),
    ("The missile hit a house.", set()),
    (
        "The commander put the totals at 127 missiles and 109 drones.",
        {("launched", "missile", 127), ("launched", "drone", 109)},
    ),
    # a single one beside a number
    (
        "Russia launched 145 drones and a ballistic missile.",
        {("launched", "drone", 145), ("launched", "ballistic_missile", 1)},
    ),
    (
        "Russia launched 145 drones and a missile strike hit Sumy.",
        {("launched", "drone", 145)},
    ),  # a strike is no missile
    # whose own verb tells something else does not share the verb of another clause
    ("Eight were queuing at a shop; three engineers died.", {("killed", "person", 3)}),
    ("Two gunmen shot dead seven people at a stop.", set()),
    # one number for both fates is told as downed; what is listed behind a colon shares it
    (
        "Air defence shot down or suppressed 615 targets: 585 drones, 29 cruise missiles and one ballistic missile.",
        {
            ("downed", "air_target", 615),
            ("downed", "drone", 585),
            ("downed", "cruise_missile", 29),
            ("downed", "ballistic_missile", 1),
        },
    ),
    # of N of M, the list tells the kinds of the N
    (
        "They destroyed 144 of 210 aerial targets: seven Kinzhals and 42 drones.",
        {
            ("downed", "air_target", 144),
            ("launched", "air_target", 210),
            ("downed", "ballistic_missile", 7),
            ("downed", "drone", 42),
        },
    ),
    ("Direct hits by missiles and 60 drones were recorded.", {("hit", "drone", 60)}),
    ("The ship was attacked near the strait by up to ten sea drones.", {("launched", "naval_drone", 10)}),
    ("The enemy carried out 65 air strikes with 131 guided bombs.", {("launched", "guided_bomb", 131)}),
    ("Five drones found their targets.", {("hit", "drone", 5)}),
    ("Five drones never reached their targets.", {("lost", "drone", 5)}),  # no hit
    (
        "Thirty-four missiles hit at the grid, and 21 of them were intercepted.",
        {("launched", "missile", 34), ("downed", "missile", 21)},
    ),
    (
        "The raid involved 53 missiles and 47 drones, 35 missiles and 46 drones of which the Air Force says it downed.",
        {("launched", "missile", 53), ("launched", "drone", 47), ("downed", "missile", 35), ("downed", "drone", 46)},
    ),
    # bare pairs follow the order of the things
    (
        "Russia used 598 drones and 31 missiles; 563 and 26 were downed.",
        {("launched", "drone", 598), ("launched", "missile", 31), ("downed", "drone", 563), ("downed", "missile", 26)},
    ),
    # more than were sent of the last kind: all kinds are meant
    (
        "Russia used 598 drones and 31 missiles, of which 611 were downed.",
        {("launched", "drone", 598), ("launched", "missile", 31), ("downed", "air_target", 611)},
    ),
    ("A mother and her two children were injured.", {("injured", "person", 3)}),
    ("Russia sent 14 drones; every single one was shot down.", {("launched", "drone", 14), ("downed", "drone", 14)}),
    (
        "Seven sailors were killed, six injured and 52 evacuated.",
        {("killed", "person", 7), ("injured", "person", 6), ("evacuated", "person", 52)},
    ),
]


@pytest.mark.parametrize(("text", "expected"), CLAIMED)
def test_constructions(read, text: str, expected: set[tuple[str, str, int]]) -> None:  # type: ignore[no-untyped-def]
    assert {(c.metric.value, c.subject.value, c.low) for c in claims(read(text), [], None)} == expected


PARTS = [
    ("Two children were among the dead, 14 people were killed.", 2, False),
    ("They destroyed 54 drones; half of them, 27 drones, were destroyed over Kursk.", 27, False),
    ("Ten people were hurt and one of the injured died.", 1, True),
]


@pytest.mark.parametrize(("text", "low", "total"), PARTS)
def test_parts(read, text: str, low: int, total: bool) -> None:  # type: ignore[no-untyped-def]
    claim = next(c for c in claims(read(text), [], None) if c.low == low)
    assert claim.part is not total


@pytest.mark.parametrize("row", rows("weapons.csv"), ids=lambda r: r["model"] or r["subject"] + ":" + r["example"])
def test_every_weapon_has_its_example(row: dict[str, str]) -> None:
    (weapon,) = weapons(f"Overnight {row['example']} were counted.")
    assert (weapon.subject.value, weapon.model or "") == (row["subject"], row["model"])


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("X-101", "Kh-101"),
        ("Kh-101/Kh-555", "Kh-101"),
        ("Kh-47M2 Kinzhal missiles", "Kinzhal"),
        ("Shahed-136/131 drones", "Shahed"),
        ("Iskander-M/KN-23 ballistic missiles", "Iskander-M"),
        ("Storm Shadow/SCALP missiles", "Storm Shadow"),
        ("Kh-59/69", "Kh-59"),
        ("“Magura” V5", "Magura"),
        ("S-400 missiles", "S-300"),
    ],
)
def test_spellings(text: str, model: str) -> None:
    assert [w.model for w in weapons(text)] == [model]


@pytest.mark.parametrize(
    "text",
    ["S-300 systems", "the Neptune pool", "Emad Hassan", "the Tornado warning", "a drone unit", "HIMARS launchers"],
)
def test_no_weapon(text: str) -> None:
    assert weapons(text) == []


def test_models_are_served_with_their_subject() -> None:
    assert {"name": "Kh-101", "subject": "cruise_missile"} in models()
    assert len({m["name"] for m in models()}) == len(models())


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gives_figures_that_show_their_words(extractor, text: str) -> None:  # type: ignore[no-untyped-def]
    found = extractor.extract(Document(text, published_at=PUBLISHED, language="en"))
    figures = [figure for report in found.attack_reports for figure in report.figures]
    assert all(one.at.text and one.at.span.of(text) == one.at.text for one in figures)
    assert found.extractor_version == extractor.version


@pytest.mark.skipif("SITREP_EVAL_DIR" not in os.environ, reason="needs the raw texts")
def test_raw_texts_never_raise(extractor) -> None:  # type: ignore[no-untyped-def]
    """Twenty of the raw texts, spread over the corpus; the slowest are printed by `make bench-extract`, not asserted here."""
    texts = [
        json.loads(line)["text"]
        for path in sorted(Path(os.environ["SITREP_EVAL_DIR"], "raw").glob("*.jsonl.gz"))
        for line in gzip.decompress(path.read_bytes()).decode().splitlines()
    ]
    started = time.perf_counter()
    for text in texts[:: max(1, len(texts) // 20)]:
        extractor.extract(Document(text[:6000], published_at=PUBLISHED, language="en"))
    assert len(texts) >= 300
    assert time.perf_counter() > started
