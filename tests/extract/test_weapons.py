"""Every weapon that the issue lists, in every spelling of the news, to its subject and model. Sentences are our own."""

import pytest

from app.domain.vocabulary import SUBJECT_PARENT, Subject
from app.extract.attacks.lexicon import weapons
from app.extract.gazetteer import rows

LISTED = [
    # (spellings, subject, model)
    (("Shahed-136", "Shahed-131", "Shahed 136", "Shahed", "Shaheds", "Shahed-type drones"), "drone", "Shahed"),
    (("Geran-2", "Geran-1 drones", "Geran"), "drone", "Geran"),
    (("Gerbera", "Gerbera-type UAVs"), "drone", "Gerbera"),
    (("Lancet", "Lancet-3", "Lancet loitering munition"), "drone", "Lancet"),
    (("Kh-101", "X-101", "Х-101", "Kh-101/555", "Kh-101/Kh-555 cruise missiles"), "cruise_missile", "Kh-101"),
    (("Kh-22", "X-22", "Kh-22/32"), "cruise_missile", "Kh-22"),
    (("Kh-59", "Kh-59/69", "X-59 guided missiles"), "cruise_missile", "Kh-59"),
    (("Kh-69", "X-69"), "cruise_missile", "Kh-69"),
    (("Kalibr", "Kalibrs", "Kalibr cruise missile"), "cruise_missile", "Kalibr"),
    (("Iskander-M", "Iskander", "Iskander-M/KN-23"), "ballistic_missile", "Iskander-M"),
    (("Iskander-K", "Iskander-K cruise missiles"), "cruise_missile", "Iskander-K"),
    (("KN-23", "North Korean KN-23", "Hwasong-11"), "ballistic_missile", "KN-23"),
    (
        ("Kinzhal", "Kinzhals", "Kh-47M2 Kinzhal", "X-47M2 Kinzhal aeroballistic missile"),
        "ballistic_missile",
        "Kinzhal",
    ),
    (("Zircon", "Tsirkon", "Zircons", "3M22 Zircon"), "missile", "Zircon"),
    (("Oniks", "Onyx", "Oniks anti-ship missile"), "cruise_missile", "Oniks"),
    # an air defence missile, fired at the ground
    (("S-300", "S-300 missiles", "S-300 anti-aircraft guided missiles", "S-400"), "ballistic_missile", "S-300"),
    (("KAB", "KABs", "KAB-500", "KAB guided bombs"), "guided_bomb", "KAB"),
    (("FAB-500", "FAB-1500 bombs"), "guided_bomb", "FAB"),
    (("UMPK glide bombs", "UMPK-equipped bombs"), "guided_bomb", "UMPK"),
    (("glide bombs", "guided aerial bombs", "guided bombs"), "guided_bomb", None),
    (("Grad rockets", "BM-21 Grad rockets"), "rocket", "Grad"),
    (("Uragan rockets",), "rocket", "Uragan"),
    (("Smerch rockets",), "rocket", "Smerch"),
    (("HIMARS rockets", "HIMARS missiles"), "rocket", "HIMARS"),
    (("ATACMS", "ATACMS missiles"), "ballistic_missile", "ATACMS"),
    (
        ("Storm Shadow", "Storm Shadows", "Storm Shadow/SCALP", "SCALP", "SCALP-EG missiles"),
        "cruise_missile",
        "Storm Shadow",
    ),
    (("Neptune missiles", "R-360 Neptune missile"), "cruise_missile", "Neptune"),
    (("Magura V5", "MAGURA V5 naval drones", "Magura"), "naval_drone", "Magura"),
    (("Sea Baby", "Sea Babies", "Sea Baby drones"), "naval_drone", "Sea Baby"),
    (("Fateh-110", "Fateh-110 missiles"), "ballistic_missile", "Fateh"),
    (("Qassam rockets", "Kassam rockets"), "rocket", "Qassam"),
    # "sea drones" are no drones, "means of attack" are whatever flies
    (("sea drones", "naval drones", "unmanned surface vessels"), "naval_drone", None),
    (("means of air attack", "air targets", "aerial targets"), "air_target", None),
    (("drones", "UAVs", "unmanned aerial vehicles"), "drone", None),
]
CASES = [(spelling, subject, model) for spellings, subject, model in LISTED for spelling in spellings]


@pytest.mark.parametrize(("words", "subject", "model"), CASES, ids=[c[0] for c in CASES])
def test_every_spelling(words: str, subject: str, model: str | None) -> None:
    found = weapons(f"Twelve {words} were used.")
    assert [(w.subject.value, w.model) for w in found] == [(subject, model)]


def test_every_row_says_its_level_and_where_its_name_is_from() -> None:
    for row in rows("weapons.csv"):
        kind = Subject(row["subject"])
        typed = "type" if SUBJECT_PARENT.get(kind) is Subject.MISSILE else "class"
        assert row["level"] == ("model" if row["model"] else typed), row
        assert row["source"] and row["example"], row


def test_a_class_stands_above_every_type() -> None:
    classes = {r["subject"] for r in rows("weapons.csv") if r["level"] == "class"}
    for row in (r for r in rows("weapons.csv") if r["level"] != "class"):
        kind = Subject(row["subject"])
        assert kind.value in classes or SUBJECT_PARENT[kind].value in classes, row
