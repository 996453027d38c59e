"""A pattern that is tried only where it can begin finds what a search of the whole text finds."""

import functools
import importlib
import pkgutil
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import app.extract
from app.extract.gazetteer import DATA, rows
from app.extract.starts import WIDTHS, Starts, beginnings, one_of

#: pattern, the first letters of all it matches: lower case, cut to the widest look-up
BEGINNINGS = (
    (r"\bdrones?\b", {"drone", "drones"}),
    (r"\b(?:in|over) the (?:past|last)\b", {"in the pa", "over the"} | {"in the la"}),
    (r"(?<![\w-])Kh-\d", {f"kh-{n}" for n in range(10)}),
    (r"\b(?:Air )?Force", {"air forc", "force"}),
    (r"\bhits?\w*", {"hit", "hits"}),  # what follows is open: the letters before it count
    (r"(?<!\w)(?=[A-Z])[AB]x", {"ax", "bx"}),  # what stands around takes no letters
    (r"\b[KХ]h", {"kh"}),  # a Cyrillic letter has no beginning of its own: words with such are always tried
    (r"(?<![\w-])[“\"]?Sea (?:b|B)aby", {"sea baby", "“sea bab", '"sea bab'}),
    (r"\b(?:a|b){3}\b", {x + y + z for x in "ab" for y in "ab" for z in "ab"}),
)
#: patterns of which nobody can say where they begin
ANYWHERE = (r"drone", r"\b\w+ fire", r"(?:\bone|two)", r"\b(?:x|)", r"\b.x", r" \bby", r"(?<=a)b", r"\b[^a]")


@pytest.mark.parametrize(("form", "heads"), BEGINNINGS)
def test_the_first_letters_of_all_matches(form: str, heads: set[str]) -> None:
    assert beginnings(re.compile(form)) == {head[: WIDTHS[0]] for head in heads}


@pytest.mark.parametrize("form", ANYWHERE)
def test_a_pattern_that_may_begin_anywhere_is_refused(form: str) -> None:
    with pytest.raises(ValueError, match="anywhere"):
        Starts(re.compile(form))


def _tables() -> dict[str, Starts]:
    """Every one of the extractors: those of modules, those in tuples, those that a function makes once."""
    found: dict[str, Starts] = {}
    for info in pkgutil.walk_packages(app.extract.__path__, "app.extract."):
        for name, value in vars(importlib.import_module(info.name)).items():
            made = isinstance(value, functools._lru_cache_wrapper) and "Starts" in str(
                value.__wrapped__.__annotations__.get("return", "")
            )
            found |= _inside(f"{info.name}.{name}", value() if made else value)
    return found


def _inside(name: str, value: object) -> dict[str, Starts]:
    if isinstance(value, Starts):
        return {name: value}
    pieces = [_inside(f"{name}.{i}", piece) for i, piece in enumerate(value)] if isinstance(value, tuple) else []
    return {key: one for piece in pieces for key, one in piece.items()}


TABLES = _tables()
#: letters whose case is odd (long s, Kelvin, dotted and dotless i), Cyrillic and Arabic ones, marks, digits that are not ASCII
ODD = (*"ſ K İ ı ß Х é ’ “ - / . , ٣ 5 2024 ( \n _".split(" "), "drone\u0301s", "ſtruck", "mıssiles", "DRONES")


def _vocabulary() -> list[str]:
    """Words of the patterns themselves and of the examples beside them."""
    told = [r.get("example", "") for name in ("weapons.csv", "attack_verbs.csv") for r in rows(name)]
    told += [form.pattern for one in TABLES.values() for form in one.patterns]
    return sorted({word for text in told for word in re.findall(r"[^\W\d_]{2,}|\d+", text)} | set(ODD))


WORDS = st.one_of(st.sampled_from(_vocabulary()), st.sampled_from(ODD))
PHRASES = st.sampled_from([r["example"] for name in ("weapons.csv", "attack_verbs.csv") for r in rows(name)])


def test_the_tables_are_found() -> None:
    names = {name.rpartition(".")[2] for name in TABLES}
    assert {"_weapon_starts", "_trigger_starts", "_STARTS", "NUMBER", "_owned_starts"} <= names
    assert (DATA / "weapons.csv").exists()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.one_of(WORDS, PHRASES), st.sampled_from((" ", " ", " ", "", "-", ", "))), max_size=14))
def test_every_table_finds_what_a_search_finds(pieces: list[tuple[str, str]]) -> None:
    text = "".join(word + gap for word, gap in pieces)
    for name, table in TABLES.items():
        wanted = [(i, m.span()) for i, form in enumerate(table.patterns) for m in form.finditer(text)]
        assert [(i, m.span()) for i, m in table.each(text)] == wanted, name
        assert not wanted or table.open_one(text), name
        if len(table.patterns) == 1:
            assert [m.span() for m in table.finditer(text)] == [span for _, span in wanted], name
            assert table.sub("", text) == table.patterns[0].sub("", text), name


@given(st.lists(st.sampled_from(("air", "force", "air force", "forces", "the", "ſ")), max_size=8))
def test_one_of_several_takes_the_place(words: list[str]) -> None:
    """The same as one alternation: the leftmost match, and of those that begin there the first pattern's."""
    text, forms = " ".join(words), (r"air", r"air forces?", r"forces?(?! the)")
    whole = re.compile(r"\b(?:" + "|".join(f"({form})" for form in forms) + r")\b")
    table = Starts(*(re.compile(rf"\b(?:{form})\b") for form in forms))
    found = [(i, m.span()) for i, m in table.either(text)]
    assert found == [((m.lastindex or 0) - 1, m.span()) for m in whole.finditer(text)]


@given(st.lists(st.text("abAB -", min_size=1, max_size=5), min_size=1, max_size=12), st.text("abAB -", max_size=12))
def test_words_parted_by_their_letters_match_as_their_alternation(words: list[str], text: str) -> None:
    plain = re.compile("|".join(map(re.escape, words)))
    assert [m.span() for m in re.finditer(one_of(words), text)] == [m.span() for m in plain.finditer(text)]
