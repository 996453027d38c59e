"""What the API and the command line do with sources: add, poll now, import, export."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.core.errors import NotFound, SitrepError, Unprocessable
from app.core.settings import Settings
from app.domain.vocabulary import JobKind, SourceKind
from app.ingest.catalogue import CatalogueEntry, catalogue, entry_named, entry_of
from app.ingest.guard import refused_literal
from app.ingest.opml import Outline
from app.ingest.urls import check_url, url_key
from app.models import Job, Source
from app.store import jobs, sources, sources_read

_FACTS = ("kind", "name", "outlet", "stance", "language", "country")
MAX_INTERVAL_S = 86_400


@dataclass(frozen=True, slots=True)
class Refused:
    """An outline that was not taken over, by its line in the file."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import."""

    added: int
    known: int
    refused: tuple[Refused, ...]


def add(session: Session, settings: Settings, *, url: str, now: datetime, **given: Any) -> tuple[Source, bool]:
    """The source and True when it is new. Of a feed in the catalogue, what is not given is taken from there.

    Raises FetchRefused for a URL that is never fetched, Unprocessable for a literal private address.
    """
    if refused_literal(check_url(url), allow_private=settings.fetch_allow_private):
        raise Unprocessable("The address in this URL is refused.")
    known = _facts_of(entry_of(url))
    data = sources.SourceData(url=url, url_key=url_key(url), **(known | _said(given)))
    return sources.add(session, data, default_interval_s=settings.poll_interval_s, now=now)


def _said(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _facts_of(entry: CatalogueEntry | None) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _FACTS} if entry else {}


def add_catalogue(session: Session, settings: Settings, *, now: datetime) -> Imported:
    """Every entry of the catalogue, disabled: whoever wants one enables it."""
    made = [add(session, settings, url=entry.url, now=now, enabled=False)[1] for entry in catalogue()]
    return Imported(sum(made), len(made) - sum(made), ())


def poll_now(session: Session, source: Source, *, now: datetime) -> Job:
    """The job that polls it, the open one if there is one; also for a disabled or paused source."""
    return jobs.enqueue(
        session, JobKind.POLL_SOURCE, url=source.url, source_id=source.id, dedupe_key=f"poll:{source.id}", now=now
    )


def import_outlines(
    session: Session, settings: Settings, outlines: Iterable[Outline], *, enabled: bool, now: datetime
) -> Imported:
    """Each outline is taken over or refused for itself; known URLs stay as they are."""
    added, known, refused = 0, 0, []
    for outline in outlines:
        try:
            _, new = add(session, settings, url=outline.url, now=now, **_given(outline, enabled))
        except SitrepError as error:
            refused.append(Refused(outline.line, str(error)))
            continue
        added, known = added + new, known + (not new)
    return Imported(added, known, tuple(refused))


def _given(outline: Outline, enabled: bool) -> dict[str, Any]:
    """The outline's facts as values. Raises Unprocessable for those that fit no source."""
    facts = outline.facts
    kind = facts.get("kind", SourceKind.FEED.value)
    if kind not in list(SourceKind):
        raise Unprocessable("The kind of source is unknown.")
    for name, size in (("language", 2), ("country", 2), ("outlet", 200), ("stance", 200)):
        if len(facts.get(name, "")) > size:
            raise Unprocessable(f"The {name} is too long.")
    return {
        "kind": SourceKind(kind),
        "name": (outline.name or "")[:200] or None,
        "enabled": enabled and facts.get("enabled") != "false",
        "poll_interval_s": _interval(facts.get("poll_interval_s")),
        **{name: facts.get(name) for name in ("outlet", "stance", "language", "country")},
    }


def _interval(value: str | None) -> int | None:
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) < 6 and 0 < int(value) <= MAX_INTERVAL_S):
        raise Unprocessable("The interval is not a number of seconds up to a day.")
    return int(value)


def outline_of(source: Source) -> Outline:
    """A source as an outline, all its facts with it."""
    facts = {name: getattr(source, name) for name in ("kind", "outlet", "stance", "language", "country")}
    facts["enabled"] = None if source.enabled else "false"
    facts["poll_interval_s"] = str(source.poll_interval_s) if source.poll_interval_fixed else None
    return Outline(0, source.url, source.name, {name: value for name, value in facts.items() if value})


def find(session: Session, which: str) -> Source:
    """A source by its id, its URL or its key in the catalogue. NotFound."""
    try:
        return sources_read.get(session, which)
    except NotFound:
        entry = entry_named(which)
        key = url_key(entry.url if entry else which)
        found = sources_read.by_url_key(session, [key]).get(key)
        if found is None:
            raise NotFound(f"There is no source {which}.") from None
        return sources_read.get(session, str(found))
