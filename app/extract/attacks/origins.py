"""Where weapons were launched: "from the directions of Bryansk, Kursk and occupied Crimea" strikes none of them."""

import re

from app.domain.document import Span
from app.extract.context import Context

#: nothing but names and words of direction between "from" and the place
_LISTED = re.compile(
    r"\b(?:from|out of)(?:[ ,()/–—-]+(?:the|directions?|areas?|of|territor(?:y|ies)|airspace|over|regions?|oblasts?|occupied|temporarily|annexed|"
    r"cit(?:y|ies)|towns?|villages?|airfields?|air ?bases?|bases?|sea|waters|and|as|well|districts?|cape|peninsula|settlements?|near|southern|northern|eastern|western|central|south|north|east|west|[A-Z][\w'’.-]*))*[ ,()/–—-]+$"
)


def is_origin(ctx: Context, place: Span, *, start: int) -> bool:
    """Named for where the weapons came from; `start`: where the sentence begins."""
    return bool(_LISTED.search(ctx.text[max(start, place.start - 300) : place.start]))
