"""Spellings that no stored text used still lead to their entity: tables of places, organisations and persons."""

import pytest

from app.extract.lookup import keys_of

LOOKUPS = [
    ("Charkow", "place:kharkiv"),  # Polish and German
    ("Kiev", "place:kyiv"),
    ("Lemberg", "place:lviv"),
    ("Nikolaev", "place:mykolaiv"),
    ("Zaporozhye region", "place:zaporizhzhia-oblast"),  # with its word: the region, not the city
    ("Russian Federation", "place:russia"),
    ("Khan Yunis", "place:khan-younis"),
    ("SES", "organization:state-emergency-service"),
    ("GUR", "organization:main-directorate-of-intelligence"),
    ("Russia's defence ministry", "organization:russian-defense-ministry"),
    ("Ansar Allah", "group:houthis"),
    ("Zelenskyi", "person:volodymyr-zelensky"),
    ("Hemedti", "person:mohamed-hamdan-dagalo"),
]


@pytest.mark.parametrize(("name", "key"), LOOKUPS)
def test_tables_know_the_name(name, key):
    assert key in keys_of(name)


@pytest.mark.parametrize("name", ["ambassador", "xyzzy", "the", "", "  ", "…", "a" * 200])
def test_other_words_are_no_names(name):
    assert keys_of(name) == ()


@pytest.mark.parametrize(
    ("name", "found"),
    [("Odessa region", "Odesa Oblast"), ("Russian Federation", "Russia"), ("Briansk region", "Bryansk Oblast")],
)
def test_resolve_and_filters_know_them(filled, name, found):
    answer = filled.client.get("/v1/entities/resolve", params={"name": name}).json()["items"]
    assert answer[0]["entity"]["name"] == found
    assert answer[0]["score"] == 1.0
    assert filled.client.get("/v1/articles", params={"entity": name}).json()["items"] != []
    assert (
        filled.client.get("/v1/articles.jsonl", params={"entity": name}).text != ""
    )  # a file finds what the list finds
