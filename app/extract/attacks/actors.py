"""Parties of a war and the words that name them: countries, demonyms, seats of government, armed groups."""

import functools
import re
from dataclasses import dataclass

from app.domain.document import Span
from app.extract.gazetteer import fold, gazetteer, rows
from app.extract.starts import Starts, one_of

#: verbs of launching and striking behind the attacker
ACTS = r"(?:has |have |had |again |also |once more |overnight |reportedly |\w+ly |most likely |then |later |on \w+day |early \w+day )*(?:launched|fired|attacked|struck|hit|sent|shelled|bombed|bombarded|targeted|unleashed|pounded|employed|hurled|raided|mounted|staged|flattened|levell?ed|razed|blasted|pummell?ed|hammered|rained|peppered|used|released|deployed|carried out|conducted|directed|dropped|answered with|retaliated with|responded with|aimed|destroyed|sank|sunk|blew up|set fire to|launches|fires|attacks|strikes|hits|carries out|conducts|shells|bombs|targets|pounds|(?:was|were|is|are) (?:again |also )?(?:striking|attacking|shelling|bombing|pounding|hitting|launching|firing)|been (?:striking|attacking|shelling|bombing|pounding|hitting|launching|firing|sending|targeting))"
#: Ukrainian by law, held by Russia: a Ukrainian strike there is one on Russia
OCCUPIED = frozenset({"UA-43", "UA-40"})


@dataclass(frozen=True, slots=True)
class Actor:
    """Attacker or target with the words that name it."""

    name: str
    span: Span


@functools.cache
def groups() -> tuple[tuple[str, str], ...]:
    """(party, words that name it) of armed groups and of arms of a state: armed_groups.csv."""
    return tuple((r["party"], form) for r in rows("armed_groups.csv") for form in r["forms"].split(";"))


@functools.cache
def names() -> dict[str, str]:
    """Folded demonyms, countries and seats of government -> actor."""
    table = {k: v.name for k, v in gazetteer().demonyms.items()} | {k: v.name for k, v in gazetteer().countries.items()}
    table |= {fold(c): r["name"] for r in rows("countries.csv") for c in r["capitals"].split(";") if c}
    return table | {fold(form): name for name, form in groups()}


def party(word: str) -> str | None:
    """The country that a name, a demonym or a seat of government stands for."""
    return names().get(fold(word))


@functools.cache
def actor_words() -> str:
    words = {
        w
        for r in rows("countries.csv")
        for f in ("name", "demonyms", "aliases", "capitals")
        for w in r[f].split(";")
        if w
    }
    forms = {form for _, form in groups()}
    words |= forms | {form.replace("'", "’") for form in forms}
    words |= {"russia", "russian", "russians"}  # as some Ukrainian sites print them
    return f"(?=[A-Z])(?P<actor>{one_of(sorted(words, key=lambda w: (-len(w), w)))})"


@functools.cache
def _named() -> Starts:
    return Starts(re.compile(rf"(?<![\w-]){actor_words()}(?![\w-])"))


@functools.cache
def _opened() -> Starts:
    return Starts(re.compile(rf"(?<![\w-]){actor_words()}"))


def some_party(text: str) -> bool:
    """Whether a word opens like a party's name; a text without one names no attacker and no defender."""
    return _opened().open_one(text)


def parties_in(text: str) -> set[str]:
    """Every party that the text names, whatever it does."""
    return {party(match["actor"]) or match["actor"] for match in _named().finditer(text)}
