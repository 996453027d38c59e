"""Sentences that retell what was reported before, or tell what is ahead: "As reported earlier, …", "in mourning until Monday"."""

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


def recalled_from(ctx: Context) -> int:
    """Where the first heading such as "Recall" ends; the end of the text where there is none."""
    headings = (p for p in ctx.paragraphs if p.start > 0 and p.end - p.start < 40 and _RECALLED.match(p.of(ctx.text)))
    return next((p.end for p in headings), len(ctx.text))


def recalls(ctx: Context, span: Span, older: int) -> bool:
    """ "As reported earlier, …", or below the heading that ends at `older`: tolls told there are older ones where the page has others."""
    return span.start >= older or bool(_AS_REPORTED.match(ctx.text, span.start))


def is_backdrop(ctx: Context, span: Span) -> bool:
    """In a paragraph that opens with "Background:": other news, unless the page opens so."""
    paragraph = ctx.paragraph_of(span)
    return paragraph is not None and paragraph.start > 0 and bool(_BACKDROP.match(ctx.text, paragraph.start))


def is_ahead(ctx: Context, hit: DateHit) -> bool:
    """A weekday still to come: "in mourning until Monday"."""
    return bool(_AHEAD.search(ctx.text[max(0, hit.span.start - 30) : hit.span.start]))
