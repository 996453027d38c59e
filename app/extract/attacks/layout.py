"""What the layout of a page says: items of a list, headlines of other stories between the paragraphs."""

import re

from app.domain.document import Span
from app.extract.context import Context

_BULLET = re.compile(r"[•●▪■◦‣*–—-]\s+\S")
_ENDS = re.compile(r"[.!?…:;,”\"'’)–—-]$")
_PRESENT = re.compile(
    r"\b(?:kills?|says?|hits?|strikes?|launch(?:es)?|injures?|wounds?|attacks?|destroys?|downs?|shoots?|fires?|dies?|targets?)\b"
)


def item_of(ctx: Context, span: Span) -> int | None:
    """Where the list item that holds `span` begins, None outside lists."""
    start = ctx.text.rfind("\n", 0, span.start) + 1
    return start if _BULLET.match(ctx.text, start) else None


def is_link(ctx: Context, span: Span) -> bool:
    """A headline in the present tense that stands alone between whole paragraphs: a link to another story."""
    start = ctx.text.rfind("\n", 0, span.start) + 1
    end = ctx.text.find("\n", span.end)
    line = ctx.text[start : end if end >= 0 else len(ctx.text)].strip()
    before, after = ctx.text[:start].rstrip(), ctx.text[end:].strip() if end >= 0 else ""
    if not before or not after or len(line) > 130 or _ENDS.search(line) or _BULLET.match(line):
        return False
    told = len(re.findall(r"[.!?][”\"’']?(?:\s|$)", before))
    return told > 2 and bool(re.search(r"[.!?][”\"’']?$", before)) and bool(_PRESENT.search(line))
