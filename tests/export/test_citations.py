"""Citations: names of a byline, TeX's own signs, and an entry that stays one entry whatever a headline holds."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.export.citations import Cited, bibtex, csl, latex, names

AT = datetime(2025, 3, 3, 8, 15, tzinfo=UTC)


def cited(title: str | None = "A night", byline: str | None = None, url: str | None = "https://a.example/x") -> Cited:
    link = "https://s.example/v1/articles/1/citation?revision=2&start=3&end=9"
    return Cited("1", 2, "ab12", title, byline, None, "en", url, link, AT, AT, 3, 9)


@pytest.mark.parametrize(
    ("byline", "found"),
    [
        (None, []),
        (" ", []),
        ("Olena Roshchina", ["Olena Roshchina"]),
        ("By Ada Lovelace and Charles Babbage", ["Ada Lovelace", "Charles Babbage"]),
        ("A. One, B. Two & C. Three", ["A. One", "B. Two", "C. Three"]),
        ("Byron Andrews", ["Byron Andrews"]),  # neither "By" nor "and" as words
        ("Roman Petrenko, ", ["Roman Petrenko"]),
    ],
)
def test_names(byline: str | None, found: list[str]) -> None:
    assert names(byline) == found


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("50% & #1_a $5", "50\\% \\& \\#1\\_a \\$5"),
        ("{a} \\ ~ ^", "{\\textbraceleft}a{\\textbraceright} {\\textbackslash} {\\textasciitilde} {\\textasciicircum}"),
        ("Škoda, café, naïve", "{\\v{S}}koda, caf{\\'{e}}, na{\\\"{\\i}}ve"),
        ("cafe\u0301", "caf{\\'{e}}"),  # the same sign in two pieces
        ("Łódź Øre ß", "{\\L}{\\'{o}}d{\\'{z}} {\\O}re {\\ss}"),
        ("“so” – it’s", "``so'' -- it's"),
        ("Київ Їжак 🔥", "Київ Їжак 🔥"),  # letters of other scripts stay as they are
        ("a\x00\x1b[1m\u202eb\n\tc", "a[1mb c"),  # control signs and directions go
    ],
)
def test_latex(text: str, spelt: str) -> None:
    assert latex(text) == spelt


def test_an_item_has_what_is_known() -> None:
    item = csl(cited(byline="By Ada Lovelace"))
    assert item["author"] == [{"literal": "Ada Lovelace"}]
    assert (item["container-title"], item["URL"]) == ("a.example", "https://a.example/x")
    bare = csl(cited(title=None, url=None))
    assert not {"title", "author", "container-title"} & bare.keys()
    assert (bare["type"], bare["URL"]) == ("document", bare["archive_location"])


def test_an_entry_as_it_is_written() -> None:
    assert bibtex(cited("Fire & smoke", "Ada Lovelace and Jo Bé", "https://a.example/{x}?a=50%25")) == (
        "@misc{sitrep-1-r2-3-9,\n"
        "  author = {{Ada Lovelace} and {Jo B{\\'{e}}}},\n"
        "  title = {{Fire \\& smoke}},\n"
        "  howpublished = {a.example},\n"
        "  year = {2025},\n"
        "  month = mar,\n"
        "  day = {3},\n"
        "  url = {https://a.example/%7Bx%7D?a=50%25},\n"
        "  urldate = {2025-03-03},\n"
        "  language = {en},\n"
        "  note = {Revision 2, characters 3-9; SHA-256 of the text ab12; "
        "\\url{https://s.example/v1/articles/1/citation?revision=2&start=3&end=9}},\n"
        "}\n"
    )


def depths(entry: str) -> list[int]:
    """How many braces are open after each sign, as BibTeX counts them: a backslash protects none from it."""
    found, depth = [], 0
    for sign in entry:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        found.append(depth)
    return found


@given(st.text(max_size=60), st.text(max_size=40))
def test_any_headline_stays_inside_its_field(title: str, byline: str) -> None:
    found = depths(bibtex(cited(title, byline)))
    assert found[-1] == 0  # closed
    assert 0 not in found[found.index(1) : -2]  # and only at its end
