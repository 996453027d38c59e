"""Golden rows of the gazetteer, and what must not be found in it."""

import pytest

from app.domain.vocabulary import PlaceLevel
from app.extract.gazetteer import fold, gazetteer, rows

REGIONS = [
    ("Poltava", "Poltava Oblast", "UA-53"),
    ("Zaporizhzhya", "Zaporizhzhia Oblast", "UA-23"),
    ("Zaporozhye region", "Zaporizhzhia Oblast", "UA-23"),  # Russian spelling
    ("Odessa oblast", "Odesa Oblast", "UA-51"),
    ("Kirovohrad", "Kirovohrad Oblast", "UA-35"),  # not named after its capital Kropyvnytskyi
    ("the Bryansk region", "Bryansk Oblast", "RU-BRY"),
    ("Kursk border region", "Kursk Oblast", "RU-KRS"),
    ("Krasnodar Krai", "Krasnodar Krai", "RU-KDA"),
    ("Republic of Tatarstan", "Republic of Tatarstan", "RU-TA"),
    ("Chechnya", "Chechen Republic", "RU-CE"),
]


@pytest.mark.parametrize(("written", "name", "iso"), REGIONS)
def test_regions(written, name, iso):
    found = gazetteer().region(written)
    assert (found.name, found.place.iso_3166_2, found.place.level) == (name, iso, PlaceLevel.REGION)
    assert found.place.latitude is not None


SETTLEMENTS = [
    ("Kyiv", "Kyiv", "UA", (50.45, 30.52)),
    ("Kiev", "Kyiv", "UA", (50.45, 30.52)),
    ("Odessa", "Odesa", "UA", (46.48, 30.73)),  # not the one in Texas
    ("Nikolaev", "Mykolaiv", "UA", (46.97, 32.0)),
    ("Belgorod", "Belgorod", "RU", (50.61, 36.58)),
    ("Minsk", "Minsk", "BY", (53.9, 27.57)),
]


@pytest.mark.parametrize(("written", "name", "country", "where"), SETTLEMENTS)
def test_settlements(written, name, country, where):
    found = gazetteer().settlement(written, countries=("UA", "RU"))
    assert (found.name, found.place.country_code) == (name, country)
    assert (found.place.latitude, found.place.longitude) == pytest.approx(where, abs=0.1)


def test_page_countries_decide_between_towns_of_one_name():
    assert gazetteer().settlement("Alexandria", countries=("EG",)).place.country_code == "EG"


def test_kyiv_has_the_codes_of_both_registers():
    kyiv = gazetteer().settlement("Kyiv", countries=("UA",)).place
    assert kyiv.geonames_id == 703448
    assert kyiv.katottg == "UA80000000000093317"  # a region and a city at once


@pytest.mark.parametrize("word", ["ambassador", "victory", "xyzzy", ""])
def test_words_are_no_places(word):
    assert gazetteer().region(word) is None
    assert gazetteer().settlement(word) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zelenskyi", "Zelenskiy"),
        ("Donets'k", "Donetsk"),
        ("Donets’k", "DONETSK"),
        ("Ivano-Frankivsk", "Ivano Frankivsk"),
    ],
)
def test_spellings_fold_together(one, other):
    assert fold(one) == fold(other)


def test_each_region_is_complete():
    """27 units of Ukraine, every name unique, every row found again by its own name."""
    known = rows("regions.csv")
    assert len([r for r in known if r["country_code"] == "UA"]) >= 26
    assert len({r["name"] for r in known}) == len(known)
    lost = [r["name"] for r in known if r["name"] not in ("Altai Krai",) and gazetteer().region(r["name"]) is None]
    assert lost == []


@pytest.mark.parametrize(
    ("written", "name", "country"),
    [
        ("Deir al-Balah", "Deir al-Balah", "PS"),  # the towns of other wars, in the spelling of news
        ("Nuseirat", "Nuseirat", "PS"),
        ("Wad Madani", "Wad Madani", "SD"),
        ("Krasny Liman", "Lyman", "UA"),  # an old name whose second word is the new one
    ],
)
def test_other_spellings_of_small_towns(written, name, country):
    found = gazetteer().settlement(written, countries=(country,))
    assert (found.name, found.place.country_code) == (name, country)


@pytest.mark.parametrize("alias", ["Belaya", "Soroka"])
def test_small_towns_have_no_alias_that_is_nothing_like_them(alias):
    found = gazetteer().settlement(alias, countries=("UA", "RU"))
    assert found is None or found.name not in ("Gudermes", "Belomorsk")
