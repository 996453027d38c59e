"""Sentences that retell what was reported before, or link to other news: "As reported earlier, …", the list under "Related:"."""

import re

from app.domain.document import Span
from app.extract.context import Context
from app.extract.dates import DateHit

_BACKDROP = re.compile(
    r"(?:Background|For reference|Previously|Recall|Read also|Read more|See also|Related|Reference)\b ?:"
)


#: "in mourning until Monday", "talks planned for Friday"
_AHEAD = re.compile(r"\b(?:until|till|scheduled for|planned for|postponed to|due on|next) $")
#: headings and openings behind which sites of news agencies retell what was reported before
_RECALLED = re.compile(
    r"(?:Recall|Let us recall|Reminder|As a reminder|We remind|Let us remind|Background|For reference|Previously|What preceded|Context|To recap)\b[^\n.]{0,20}$"
)
_AS_REPORTED = re.compile(
    r"\W*(?:As|Earlier,?) (?:was |has been )?(?:[A-Z][\w.]+ )?(?:earlier |previously )?(?:was )?(?:reported|informed|noted|wrote)\b|Recall,? |As a reminder,? |Previously,? it was "
)


def recalls(ctx: Context, span: Span) -> bool:
    """ "As reported earlier, …", or below the heading "Recall": tolls told there are older ones where the page has others."""
    if _AS_REPORTED.match(ctx.text, span.start):
        return True
    above = (p.of(ctx.text).strip() for p in ctx.paragraphs if p.start > 0 and p.end <= span.start)
    return any(len(p) < 40 and _RECALLED.match(p) for p in above)


def is_backdrop(ctx: Context, span: Span) -> bool:
    """In a paragraph that opens with "Background:": other news, unless the page opens so."""
    paragraph = next((p for p in ctx.paragraphs if p.contains(span)), None)
    if paragraph is not None and paragraph.start > 0 and _BACKDROP.match(ctx.text, paragraph.start):
        return True
    return span.start > 0 and (bool(_LINKED.match(ctx.text, span.start)) or _is_link(ctx, span))


def _is_link(ctx: Context, span: Span) -> bool:
    """A bullet in the list under "Related:"."""
    start = ctx.text.rfind("\n", 0, span.start) + 1
    if not _BULLET.match(ctx.text, start):
        return False
    above = ctx.text[max(0, start - 3000) : start].split("\n")
    heading = next((x for x in reversed(above) if x.strip() and not _BULLET.match(x)), "")
    return bool(_LINKS.fullmatch(heading.strip()))


_BULLET = re.compile(r"\s*[-•*–]")
_LINKED = re.compile(r"(?:Read also|Also read|Read more|See also|Read on)\b ?:? ?")
_LINKS = re.compile(
    r"(?:Related|Related (?:news|stories|articles)|Read (?:also|more)|See also|More on (?:this|the topic)|You may also like)\W*"
)


def is_ahead(ctx: Context, hit: DateHit) -> bool:
    """A weekday still to come: "in mourning until Monday"."""
    return bool(_AHEAD.search(ctx.text[max(0, hit.span.start - 30) : hit.span.start]))
