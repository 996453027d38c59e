"""Districts, communities and city districts: level, code, pin, and what happens to names that several bear. Sentences are our own."""

from datetime import UTC, datetime

import pytest

from app.domain.document import Document
from app.domain.vocabulary import PlaceLevel, UnresolvedReason
from app.extract.lookup import keys_of
from app.extract.units import holds, table

PUBLISHED = datetime(2024, 11, 13, 18, tzinfo=UTC)

NAMED = [
    # (text, name, level, KATOTTG or None, precision)
    ("Shells hit the Kupiansk district.", "Kupiansk District", "district", "UA63080000000032022", "seat"),
    ("Shells hit Nikopol raion.", "Nikopol District", "district", "UA12080000000023578", "seat"),
    ("Shells hit Kupianskyi raion.", "Kupiansk District", "district", "UA63080000000032022", "seat"),  # the adjective
    # the seat's name before it was changed
    ("Shells hit Novomoskovsk district.", "Samar District", "district", "UA12100000000039307", "seat"),
    (
        "Shells hit the Velykyi Burluk community.",
        "Velykyi Burluk Community",
        "community",
        "UA63080010000040281",
        "seat",
    ),
    ("Shells hit the Velykoburlutska hromada.", "Velykyi Burluk Community", "community", "UA63080010000040281", "seat"),
    # of several namesakes the one of the city that is named: as owner, behind "of", elsewhere on the page
    (
        "Shells hit Kharkiv's Shevchenkivskyi district.",
        "Shevchenkivskyi District, Kharkiv",
        "city_district",
        "UA63120270010948820",
        "settlement",
    ),
    (
        "Shells hit the Saltivskyi district of Kharkiv.",
        "Saltivskyi District, Kharkiv",
        "city_district",
        "UA63120270010315719",
        "settlement",
    ),
    (
        "Kyiv was awake. Shells hit Darnytskyi district.",
        "Darnytskyi District, Kyiv",
        "city_district",
        "UA80000000000210193",
        "settlement",
    ),
    # Russia's have no register here: pinned on the town they are named after
    ("Drones hit Shebekinsky district.", "Shebekinsky District", "district", None, "seat"),
    # the city's pin where only the city is known
    ("Drones hit Moscow's Khamovniki district.", "Khamovniki District", "city_district", None, "settlement"),
]


@pytest.mark.parametrize(("text", "name", "level", "code", "precision"), NAMED)
def test_units(context, text: str, name: str, level: str, code: str | None, precision: str) -> None:  # type: ignore[no-untyped-def]
    found = {e.name: e.place for e in context(text).index.entities if e.place}
    place = found[name]
    assert (place.level, place.katottg, place.precision) == (level, code, precision)
    assert place.latitude is not None
    assert place.unresolved is None


UNRESOLVED = [
    ("Shells hit Shevchenkivskyi district.", "Shevchenkivskyi District", UnresolvedReason.AMBIGUOUS),  # of which city?
    ("Shells hit the Pokrovske community.", "Pokrovske Community", UnresolvedReason.AMBIGUOUS),
    ("Shells hit Hlubokovsky district.", "Hlubokovsky District", UnresolvedReason.NOT_IN_GAZETTEER),
]


@pytest.mark.parametrize(("text", "name", "reason"), UNRESOLVED)
def test_a_name_that_is_not_resolved_says_why(context, text: str, name: str, reason: UnresolvedReason) -> None:  # type: ignore[no-untyped-def]
    place = next(e.place for e in context(text).index.entities if e.name == name)
    assert (place.unresolved, place.latitude, place.katottg) == (reason, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "The Jewish community of Odesa held a service.",
        "The Ukrainian community in Warsaw gave money.",
        "Aid went to the international community.",
        "Fires burned in the business district.",
    ],
)
def test_people_are_no_places(context, text: str) -> None:  # type: ignore[no-untyped-def]
    levels = {e.place.level for e in context(text).index.entities if e.place}
    assert levels <= {PlaceLevel.COUNTRY, PlaceLevel.SETTLEMENT}


STRUCK = [
    # a district is not its town
    ("Russian forces shelled the Kupiansk district on Wednesday, killing two people.", ["Kupiansk District"]),
    ("Russian forces shelled Kupiansk on Wednesday, killing two people.", ["Kupiansk"]),
    # the narrower of city and city district, of district and town
    (
        "A Russian missile hit the Saltivskyi district of Kharkiv on Wednesday, wounding five people.",
        ["Saltivskyi District, Kharkiv"],
    ),
    ("Russian shells hit Marhanets in the Nikopol district on Wednesday, wounding five people.", ["Marhanets"]),
    # two districts of a list
    (
        "Russian shells hit the Nikopol and Synelnykove districts on Wednesday, wounding five people.",
        ["Nikopol District", "Synelnykove District"],
    ),
]


@pytest.mark.parametrize(("text", "places"), STRUCK)
def test_the_narrowest_place_is_struck(extractor, text: str, places: list[str]) -> None:  # type: ignore[no-untyped-def]
    (report,) = extractor.extract(Document(text, published_at=PUBLISHED, language="en")).attack_reports
    assert [p.place.name for p in report.places] == places


def test_every_unit_of_the_table_is_sound() -> None:
    every = {n.name: n.place for names in table().by_name.values() for n in names}
    assert len(every) > 1900
    assert sum(p.level is PlaceLevel.DISTRICT for p in every.values()) == 136
    for name, place in every.items():
        assert place.katottg and place.iso_3166_2, name
        assert (place.latitude is None) == (place.precision is None), name
    assert holds(every["Kupiansk District"], every["Velykyi Burluk Community"])
    assert not holds(every["Velykyi Burluk Community"], every["Kupiansk District"])


def test_filters_know_units() -> None:
    assert keys_of("Kupiansk district") == ("place:kupiansk-district",)
    assert "place:kupiansk" in keys_of("Kupiansk")
    assert "place:shevchenkivsky-district-kharkiv" in keys_of("Shevchenkivskyi district")
