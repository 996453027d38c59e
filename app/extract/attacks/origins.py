"""Where weapons were launched: "from the directions of Bryansk, Kursk and occupied Crimea" strikes none of them."""

import re

from app.domain.document import Span
from app.extract.context import Context

#: nothing but names and words of direction between "from" and the place
_LISTED = re.compile(
    r"\b(?:from|out of)(?:[ ,()/–—-]+(?:the|directions?|areas?|of|territor(?:y|ies)|airspace|over|regions?|oblasts?|occupied|temporarily|annexed|"
    r"cit(?:y|ies)|towns?|villages?|airfields?|air ?bases?|bases?|sea|waters|and|as|well|districts?|cape|peninsula|settlements?|near|southern|northern|eastern|western|central|south|north|east|west|[A-Z][\w'’.-]*))*[ ,()/–—-]+$"
)


#: "a man and a woman from Belgorod region"
_PEOPLE = re.compile(
    r"\b(?:m[ae]n|wom[ae]n|child(?:ren)?|boys?|girls?|people|person|residents?|couple|family|famil(?:y|ies)|soldiers?|servicem[ae]n|workers?|reporters?|journalists?) $"
)


def is_origin(ctx: Context, place: Span, *, start: int) -> bool:
    """Named for where the weapons came from; `start`: where the sentence begins."""
    if re.match(r"['’]s\b", ctx.text[place.end : place.end + 2]):
        return False  # "a warship from Moscow's fleet"
    found = _LISTED.search(ctx.text[max(start, place.start - 300) : place.start])
    return found is not None and not _PEOPLE.search(
        ctx.text[
            max(start, found.start() + max(start, place.start - 300) - 25) : found.start()
            + max(start, place.start - 300)
        ]
    )
