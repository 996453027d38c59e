"""Where weapons were launched: "from the directions of Bryansk, Kursk and occupied Crimea" strikes none of them."""

import re

from app.domain.document import Span
from app.extract.attacks.lexicon import ONE_PERSON, PERSON_NOUNS
from app.extract.context import Context

#: nothing but names and words of direction between "from" and the place
_LISTED = re.compile(
    r"\b(?:from|out of|launch(?:ed)? (?:areas?|sites?|points?|directions?) ?[:–—-])(?:[ ,()/–—-]+(?:the|above|parts?|directions?|areas?|of|territor(?:y|ies)|airspace|over|regions?|oblasts?|occupied|temporarily|annexed|"
    r"cit(?:y|ies)|towns?|villages?|airfields?|air ?bases?|bases?|sea|waters|and|as|well|districts?|cape|peninsula|settlements?|near|southern|northern|eastern|western|central|south|north|east|west|[A-Z][\w'’.-]*))*[ ,()/–—-]+$"
)


#: "a woman from Pokrovske": where she lives
_PEOPLE = re.compile(
    rf"(?:{PERSON_NOUNS}|{ONE_PERSON}|couple|family|reporters?|casualties|injured|wounded|killed)(?:,? (?:aged )?\d+,?)?,? $"
)
#: "launched two missiles from"
SENT_FROM = re.compile(
    r"\b(?:(?:launched|fired|released)(?: (?!(?:at|on|into|against|towards?)\b)[\w-]+){0,6}?|coming|came|flying|flew) from\b"
)


def is_origin(ctx: Context, place: Span, *, start: int) -> bool:
    """Named for where the weapons came from; `start`: where the sentence begins."""
    if re.match(r"['’]s\b", ctx.text[place.end : place.end + 2]):
        return False  # "a warship from Moscow's fleet"
    listed = _LISTED.search(ctx.text[max(start, place.start - 300) : place.start])
    return listed is not None and not lives_there(ctx.text[: max(start, place.start - 300) + listed.start()])


def lives_there(before: str) -> bool:
    """Does a person stand right before "from"?"""
    return bool(_PEOPLE.search(before[-60:]))
