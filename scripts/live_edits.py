"""Live briefing proof: one page, edited again and again; revisions, diffs and the history of figures must be exactly the edits."""

import json
import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import select

from app.core.db import read_session
from app.domain import diff
from app.domain.document import Page
from app.extract.pipeline import Extractor
from app.ingest.readers import read
from app.models import Article, Change, Revision, Snapshot
from app.services.ingest import store

URL = "https://live.example/briefing"
_PLACES = "Odesa Sumy Nikopol Kherson Poltava Dnipro Kharkiv Zaporizhzhia Mykolaiv Chernihiv Lviv Cherkasy".split()
_START = datetime(2026, 3, 2, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One block: an attack with its toll."""

    id: str
    place: str
    killed: int
    note: int = 0  # further words without a figure

    @property
    def text(self) -> str:
        more = f"\n\nThe road to the market was cleared {'again ' * self.note}by noon." if self.note else ""
        return f"A Russian drone attack killed {self.killed} people in {self.place} on Monday, officials said.{more}"


@dataclass(frozen=True)
class State:
    """The page as its editor sees it."""

    entries: tuple[Entry, ...]
    title: str = "Live: the day"
    nonce: int = 0  # markup


@dataclass(frozen=True)
class Outcome:
    """`faults` is empty when every edit was told exactly."""

    edits: int
    seed: int
    revisions: int
    block_changes: int
    figure_changes: int
    faults: tuple[str, ...]


def page(state: State) -> Page:
    updates = [
        {"@type": "BlogPosting", "@id": f"{URL}#{e.id}", "datePublished": _START.isoformat(), "articleBody": e.text}
        for e in state.entries
    ]
    data = {
        "@type": "LiveBlogPosting",
        "headline": state.title,
        "datePublished": _START.isoformat(),
        "liveBlogUpdate": updates,
    }
    html = (
        f"<html><head><title>{state.title}</title><!-- {state.nonce} -->"
        f'<script type="application/ld+json">{json.dumps(data)}</script></head><body></body></html>'
    )
    return Page(html.encode(), "text/html", url=URL, charset="utf-8", fetched_at=_START + timedelta(days=1))


def edit(state: State, number: int, dice: random.Random, past: list[State]) -> State:
    """One thing that an editor of a live page does; a third of them leave the text alone."""
    entries = list(state.entries)
    spot = dice.randrange(len(entries))
    free = [place for place in _PLACES if place not in {e.place for e in entries}]
    kind = dice.choice(["toll", "toll", "note", "add", "remove", "back", "title", "markup", "nothing"])
    if kind == "toll":
        entries[spot] = replace(entries[spot], killed=entries[spot].killed + dice.randint(1, 3))
    elif kind == "note":
        entries[spot] = replace(entries[spot], note=entries[spot].note + 1)
    elif kind == "add" and free:
        entries.insert(0, Entry(f"u{number}", dice.choice(free), dice.randint(2, 9)))
    elif kind == "remove" and len(entries) > 3:
        del entries[spot]
    elif kind == "back":
        return replace(state, entries=dice.choice(past).entries)
    elif kind == "title":
        return replace(state, title=f"Live: the day, {number}")
    elif kind == "markup":
        return replace(state, nonce=number)
    return replace(state, entries=tuple(entries))


def live_edits(engine: Engine, extractor: Extractor, *, edits: int, seed: int) -> Outcome:
    dice = random.Random(seed)
    first = State(tuple(Entry(f"s{n}", place, n + 2) for n, place in enumerate(_PLACES[:4])))
    states, kept = [first], [first]
    for number in range(edits):
        states.append(edit(states[-1], number, dice, states))
    for number, state in enumerate(states):
        document = read(page(state), url=URL)
        store(engine, document, extractor.extract(document), now=_START + timedelta(minutes=number))
        if state.entries != kept[-1].entries:
            kept.append(state)
    return _judge(engine, kept, states, seed)


def _judge(engine: Engine, kept: list[State], states: list[State], seed: int) -> Outcome:
    with read_session(engine) as session:
        revisions = session.exec(select(Revision).order_by(Revision.number)).all()
        snapshots = session.exec(select(Snapshot).order_by(Snapshot.number)).all()
        changes = session.exec(select(Change.kind).order_by(Change.seq)).all()
        article = session.exec(select(Article)).one()
    faults: list[str] = []
    if [r.text for r in revisions] != ["\n\n".join(e.text for e in s.entries) for s in kept]:
        faults.append(f"{len(revisions)} revisions for {len(kept)} different texts")
    if changes != ["created"] + ["revised"] * (len(kept) - 1):
        faults.append("changes do not tell the revisions")
    if article.title != states[-1].title or not article.live:
        faults.append("the title or the mark of a live page is wrong")
    blocks = figures = 0
    pairs = zip(
        zip(revisions, snapshots, kept, strict=True),
        zip(revisions[1:], snapshots[1:], kept[1:], strict=True),
        strict=False,
    )
    for (old, was, before), (new, now, after) in pairs:
        told = diff.block_changes(*(diff.parts_of(r.text, r.blocks or []) for r in (old, new)))
        wanted = _blocks(before, after)
        if sorted((c.op, str((c.after or c.before).id)) for c in told) != wanted:  # type: ignore[union-attr]
            faults.append(f"revision {new.number}: blocks {told}, edited {wanted}")
        moved = diff.figure_changes(diff.counts_of(was.attack_reports), diff.counts_of(now.attack_reports))
        if not _same_figures(moved, before, after):
            faults.append(f"revision {new.number}: figures {[(c.before, c.after) for c in moved]}")
        blocks, figures = blocks + len(told), figures + len(moved)
        faults += [f"revision {new.number}: a span does not slice back" for bad in (_spans(now, new.text),) if bad]
    return Outcome(len(states) - 1, seed, len(revisions), blocks, figures, tuple(faults))


def _blocks(before: State, after: State) -> list[tuple[str, str]]:
    old, new = ({e.id: e for e in s.entries} for s in (before, after))
    return sorted(
        [("added", i) for i in new.keys() - old.keys()]
        + [("removed", i) for i in old.keys() - new.keys()]
        + [("changed", i) for i in old.keys() & new.keys() if old[i] != new[i]]
    )


def _same_figures(moved: list[diff.FigureChange], before: State, after: State) -> bool:
    """Summed over the page, the told changes lead from the tolls before to the tolls after, each as few steps as there were edits."""
    old, new = (sorted(e.killed for e in s.entries) for s in (before, after))
    if any((c.after or c.before).metric != "killed" for c in moved):  # type: ignore[union-attr]
        return False
    left = list(old)
    for change in moved:
        if change.before is not None:
            if change.before.low not in left:
                return False
            left.remove(change.before.low)  # type: ignore[arg-type]
        if change.after is not None:
            left.append(change.after.low)  # type: ignore[arg-type]
    old_at, new_at = ({e.place: e.killed for e in s.entries} for s in (before, after))
    steps = sum(old_at.get(place) != new_at.get(place) for place in old_at.keys() | new_at.keys())
    return sorted(left) == new and len(moved) <= steps


def _spans(snapshot: Snapshot, text: str) -> bool:
    spans = [span for report in snapshot.attack_reports for span in (*report["figures"], *report["evidence"])]
    return any(text[span["start"] : span["end"]] != span["text"] for span in spans)
