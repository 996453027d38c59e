"""Offices of persons: "Kyiv Mayor Vitali Klitschko", "Andriy Yermak, Zelenskiy's chief of staff"."""

import re

from app.domain.document import Quoted, Span

NOUNS = (
    "president|president-elect|minister|secretary|secretary-general|governor|mayor|chief|head|spokesman|spokeswoman|spokesperson|commander|commander-in-chief|"
    "general|ambassador|adviser|advisor|director|leader|envoy|chairman|chairwoman|chancellor|king|prince|premier|prosecutor|ombudsman|lawmaker|senator|"
    "official|officer|colonel|major|captain|analyst|expert|resident|deputy|representative|coordinator|analyst|professor|doctor|journalist|blogger|author"
)
_LAST = re.compile(
    rf"(?:(?:[\w.'’/-]+) ){{0,6}}?(?P<noun>{NOUNS})s?(?: (?:of|for"
    rf"|to) (?:the )?[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*)*)?,? $",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"^,? (?P<role>(?:who (?:heads|leads|governs|runs) |the |a |an "
    r"|[A-Z][\w'’]*['’]s )?[^.;:\n“”\"]{0,60}?)(?=[,.;\n]| (?:said|says|told|wrote|added|reported))"
)
ROLE = re.compile(rf"\b(?:{NOUNS})s?\b", re.IGNORECASE)
_ROLE_VERB = re.compile(r"^who (?:heads|leads|governs|runs) ")
_STARTER = re.compile(
    r"^(?:[A-Z]|acting|former|deputy|regional|prime|foreign|defen[cs]e|chief|head|governor|mayor|president|spokes)"
)


def role_of(text: str, person: Span) -> Quoted | None:
    """The office named directly before or after a person's name, None when there is none."""
    return _before(text, person) or _after(text, person)


def _before(text: str, person: Span) -> Quoted | None:
    line = max(text.rfind("\n", 0, person.start) + 1, person.start - 90)
    head = text[line : person.start]
    head = head[:-2] + " " if head.endswith(", ") else head
    cut = max(
        head.rfind(mark)
        for mark in (
            ", ",
            "“",
            '"',
            "; ",
            ". ",
            " said ",
            " by ",
            " with ",
            " and ",
            " that ",
            " as ",
            " when ",
            " while ",
        )
    )
    if re.search(r"\b[A-Z]\.[A-Z]\. [A-Z]", head[: cut + 3]):  # the dot of "U.S. Secretary" ends no sentence
        cut = max(cut - 4, -1)
    lead = head[cut + 1 :]
    if not lead.endswith(" ") or not _LAST.search(lead):
        return None
    words = list(re.finditer(r"\S+", lead))
    start = next((w.start() for w in words if _STARTER.match(w.group()) and not _is_name_break(w.group())), None)
    if start is None:
        return None
    at = line + cut + 1 + start
    value = Quoted.cut(text, at, at + len(lead[start:].rstrip(" ,")))
    return value if ROLE.search(value.text) else None


def _is_name_break(word: str) -> bool:
    return word in {"The", "In", "On", "As", "But", "And", "Meanwhile", "Earlier", "Later", "When", "While", "After"}


def _after(text: str, person: Span) -> Quoted | None:
    if text[person.end : person.end + 1] != ",":
        return None
    match = _AFTER.match(text[person.end : person.end + 110])
    if not match or not (ROLE.search(match["role"]) or _ROLE_VERB.match(match["role"])):
        return None
    return Quoted.cut(text, person.end + match.start("role"), person.end + match.end("role"))
