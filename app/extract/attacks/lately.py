"""An attack whose day the page does not know: "last week a missile killed three in Kupiansk", as the page's only news."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.vocabulary import DatePrecision
from app.extract.attacks.scenes import Scene, Tells, weigh
from app.extract.dates import DateHit

_LEAD = 3  # sentences; deeper down, an event of another week is background
_OLDEST = timedelta(days=62)
_COARSE = (DatePrecision.WEEK, DatePrecision.MONTH)


def told_by_week(scenes: Sequence[Scene], published: datetime | None) -> list[Scene]:
    """The leading sentences that tell a counted attack at a named place within a past week or month, marked as strikes."""
    found = [s for s in scenes[:_LEAD] if s.claims and s.places and s.event and _span(s, published)]
    for scene in found:
        scene.tells = weigh(replace(scene, hits=[]), published)
        scene.coarse = _span(scene, published)
    return [s for s in found if s.tells is Tells.STRIKE]


def _span(scene: Scene, published: datetime | None) -> DateHit | None:
    """The week or month, not long ago and over or under way at publication; None beside a day."""
    if published is None or scene.dated:
        return None
    today = published.date()
    spans = (h for h in scene.hits if h.precision in _COARSE and h.start and h.end)
    return next((h for h in spans if h.start and h.end and h.start <= today and today - h.end <= _OLDEST), None)
