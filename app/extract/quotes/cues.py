"""Words that give quotes away, from data: cue verbs and media."""

import functools
import re

from app.extract.gazetteer import rows


@functools.cache
def cue_verbs() -> dict[str, str]:
    """Lemma -> strong (speech) or weak (speech only beside marks)."""
    return {r["lemma"]: r["strength"] for r in rows("cue_verbs.csv")}


@functools.cache
def media() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((r["name"], re.compile(r["pattern"])) for r in rows("media.csv"))
