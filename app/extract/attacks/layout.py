"""What the layout of a page says: items of a list, headlines of other stories between the paragraphs."""

import re
from itertools import islice

from app.domain.document import Span
from app.extract.context import Context

_BULLET = re.compile(r"[•●▪■◦‣*–—-]\s+\S")
_ENDS = re.compile(r"[.!?…:;,”\"'’)–—-]$")
_WHOLE = re.compile(r"[.!?][”\"’']?$")
_SENTENCE_END = re.compile(r"[.!?][”\"’']?(?:\s|$)")
_LINKED = re.compile(
    r"(?:Read also|Also read|Read more|See also|Read on)\b ?:? ?|Related(?: (?:news|stories|articles|reading))? ?: ?\S"
)
_LINKS = re.compile(
    r"(?:Related|Related (?:news|stories|articles)|Read (?:also|more)|See also|More on (?:this|the topic)|You may also like)\W*"
)
_PRESENT = re.compile(
    r"\b(?:kills?|says?|hits?|strikes?|launch(?:es)?|injures?|wounds?|attacks?|destroys?|downs?|shoots?|fires?|dies?|targets?)\b"
)


def item_of(ctx: Context, span: Span) -> int | None:
    """Where the list item that holds `span` begins, None outside lists."""
    start = ctx.text.rfind("\n", 0, span.start) + 1
    return start if _BULLET.match(ctx.text, start) else None


def is_link(ctx: Context, span: Span) -> bool:
    """ "Read also: …", or an item of the list under "Related:"."""
    if span.start == 0 or _LINKED.match(ctx.text, span.start):
        return span.start > 0
    item = item_of(ctx, span)
    if item is None:
        return _in_link_list(ctx, span)
    above = ctx.text[max(0, item - 3000) : item].split("\n")
    heading = next((line for line in reversed(above) if line.strip() and not _BULLET.match(line.lstrip())), "")
    return bool(_LINKS.fullmatch(heading.strip()))


def _in_link_list(ctx: Context, span: Span) -> bool:
    """A line without a full stop in the unbroken run of such lines right under "Related:"."""
    start = ctx.text.rfind("\n", 0, span.start) + 1
    line = ctx.text[start : max(ctx.text.find("\n", span.end), span.end)].strip()
    if not line or _WHOLE.search(line):
        return False
    for above in reversed(ctx.text[max(0, start - 1500) : start].rstrip("\n").split("\n")):
        if _LINKS.fullmatch(above.strip()):
            return True
        if not above.strip() or _WHOLE.search(above.strip()):
            return False
    return False


def is_other_headline(ctx: Context, span: Span) -> bool:
    """A headline in the present tense that stands alone between whole paragraphs: that of another story."""
    start = ctx.text.rfind("\n", 0, span.start) + 1
    end = ctx.text.find("\n", span.end)
    line = ctx.text[start:end].strip()
    if start == 0 or end < 0 or not ctx.text[end : end + 3000].strip() or len(line) > 130:
        return False
    if _ENDS.search(line) or _BULLET.match(line) or not _PRESENT.search(line):
        return False
    whole = _WHOLE.search(ctx.text[max(0, start - 200) : start].rstrip())
    return whole is not None and len([*islice(_SENTENCE_END.finditer(ctx.text, 0, start), 3)]) == 3
