"""Word lists of app/extract/data that decide what is a name."""

import functools

from app.extract.gazetteer import fold, rows


@functools.cache
def famous() -> dict[str, str]:
    """Folded full names, aliases and surnames of persons.csv -> canonical name."""
    table = {}
    for row in rows("persons.csv"):
        for name in [row["name"], row["surname"], *row["aliases"].split(";")]:
            if name:
                table[fold(name)] = row["name"]
    return table


@functools.cache
def famous_surnames() -> frozenset[str]:
    return frozenset(k for k in famous() if " " not in k)


@functools.cache
def not_names() -> frozenset[str]:
    return frozenset(r["word"] for r in rows("not_names.csv"))


@functools.cache
def actor_verbs() -> frozenset[str]:
    return frozenset(r["lemma"] for r in rows("actor_verbs.csv"))


@functools.cache
def given_names() -> frozenset[str]:
    return frozenset(fold(r["name"]) for r in rows("given_names.csv"))


@functools.cache
def _genders() -> dict[str, str]:
    return {fold(r["name"]): r["gender"] for r in rows("given_names.csv")}


def fits_pronoun(name: str, pronoun: str) -> bool:
    """False only where the given name is known to be of the other gender; any other word than "he" or "she" fits."""
    gender = _genders().get(fold(name).split()[0], "") if " " in name else ""
    return not gender or pronoun not in ("he", "she") or gender == ("f" if pronoun == "she" else "m")


@functools.cache
def wikidata() -> dict[str, str]:
    """Key -> Wikidata id, for those few that are certain: a name alone does not prove who is meant."""
    return {r["key"]: r["wikidata_id"] for r in rows("wikidata.csv")}
