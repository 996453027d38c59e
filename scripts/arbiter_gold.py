"""Pages with gold -> what the arbiter learns: the metric of each number, whether each place is struck, whether each sentence tells of the news.

A page is a row of the evaluation's form ({id, published, text, attacks}); `score` is the evaluation's own score.py, so that names and figures
are equal where the judge holds them equal. A label of -1 is not learnt: a background attack, a part of a total, a doubtful place.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from app.domain.document import Document, Span
from app.domain.findings import Findings
from app.domain.vocabulary import EntityKind, PlaceLevel
from app.extract.attacks.arbiter.features import Features, features
from app.extract.attacks.arbiter.net import METRICS
from app.extract.attacks.numbers import numbers
from app.extract.context import Context
from app.extract.dates import find_dates
from app.extract.parse import parse
from app.extract.pipeline import Extractor
from app.ingest.clean import clean_text

Page = dict[str, Any]


@dataclass(frozen=True)
class Lesson:
    """Token ranges [first, last) with their label, for each of the three questions."""

    id: str
    page: Features
    numbers: list[tuple[int, int, int]]
    places: list[tuple[int, int, int]]
    scenes: list[tuple[int, int, int]]


def from_folder(folder: Path) -> Iterator[Page]:
    """Briefings with gold as the evaluation keeps them: texts/, index.jsonl, gold.jsonl."""
    index = {row["id"]: row for row in map(json.loads, (folder / "index.jsonl").read_text().splitlines())}
    for line in (folder / "gold.jsonl").read_text().splitlines():
        row = json.loads(line)
        text = (folder / "texts" / f"{row['id']}.txt").read_text()
        yield {"id": row["id"], "published": index[row["id"]].get("published"), "text": text, "attacks": row["attacks"]}


def from_fixtures(file: Path) -> Iterator[Page]:
    """Our own briefings, in the evaluation's form."""
    for row in map(json.loads, file.read_text().splitlines()):
        if row.get("attacks"):
            attacks = [_attack(a) for a in row["attacks"]]
            yield {"id": row["id"], "published": row["published_at"], "text": row["text"], "attacks": attacks}


def _attack(gold: dict[str, Any]) -> dict[str, Any]:
    toll = {"killed": None, "injured": None}
    weapons = []
    for metric, subject, count, *_ in gold["figures"]:
        if metric in toll:
            toll[metric] = count
        elif metric in METRICS:
            weapons.append({"type": subject, metric: count})
    places = [p if isinstance(p, str) else p[0] for p in gold.get("places") or []]
    return {"weapons": weapons, "places": places, "killed": toll["killed"], "wounded": toll["injured"]}


def lesson(extractor: Extractor, page: Page, score: Any) -> Lesson:
    """One page read and labelled."""
    day = page["published"]
    known = day and len(day) >= 10  # "2023-07" is no day
    published = datetime.fromisoformat(day[:10]).replace(hour=12, tzinfo=UTC) if known else None
    document = Document(clean_text(page["text"]), published_at=published, language="en")
    found = extractor.extract(document)
    ctx = Context(document, parse(extractor.nlp, document.text))
    hits = find_dates(document.text, published_at=published)
    read = features(ctx.doc, document, found.entities, hits)
    counted = _numbers(page, document.text, found, score)
    named = _places(page, found, score)
    told = _scenes(page, document.text, read, counted, named, score)
    return Lesson(
        page["id"],
        read,
        [(*read.tokens(span), label) for span, label in counted],
        [(*read.tokens(span), label) for span, label in named],
        told,
    )


def _attacks(page: Page, score: Any, *, optional: bool) -> list[dict[str, Any]]:
    return [a for a in page["attacks"] if bool(score.optional(a)) is optional]


def _numbers(page: Page, text: str, found: Findings, score: Any) -> list[tuple[Span, int]]:
    """Every number with the metric that the gold counts it for; where the gold has its value for several, the one our own figure has."""
    main = {(f[0], score.number(f[2])) for a in _attacks(page, score, optional=False) for f in score.gold_figs(a)}
    beside = {(f[0], score.number(f[2])) for a in _attacks(page, score, optional=True) for f in score.gold_figs(a)}
    beside |= {(score.METRIC.get(f[0], f[0]), score.number(f[2])) for a in page["attacks"] for f in score.gold_extra(a)}
    own: dict[Span, list[tuple[str, int]]] = {}
    for figure in (f for r in found.attack_reports for f in r.figures):
        own.setdefault(figure.at.span, []).append((figure.metric.value, figure.low or 0))
    counts = {n.span: {n.low, n.high} for n in numbers(text)}
    counts |= {span: {low for _, low in told} for span, told in own.items() if span not in counts}
    told_by_rules = {pair for pairs in own.values() for pair in pairs if pair in main}
    out = []
    for span, values in sorted(counts.items(), key=lambda item: item[0].start):
        right = {m for m, v in main if v in values}
        agreed = right & {m for m, _ in own.get(span, [])}
        left = {m for m in right if not any((m, v) in told_by_rules for v in values)}
        if agreed or right:
            chosen = agreed or (left if len(left) == 1 else set())
            out.append((span, min((METRICS.index(m) for m in chosen), default=-1)))
        else:
            out.append((span, -1 if any(v in values for _, v in beside - main) else 0))
    return out


def _places(page: Page, found: Findings, score: Any) -> list[tuple[Span, int]]:
    """Every mention of a place below a country: is it among the struck ones?"""
    struck = [p for a in _attacks(page, score, optional=False) for p in a["places"]]
    doubtful = [p for a in page["attacks"] for p in a.get("places_optional") or []]
    doubtful += [p for a in _attacks(page, score, optional=True) for p in a["places"]]
    out = []
    for entity in found.entities:
        if entity.kind is not EntityKind.PLACE or entity.place is None or entity.place.level is PlaceLevel.COUNTRY:
            continue
        for mention in entity.mentions:
            names = (entity.name, mention.at.text)
            hit = any(score.same_name(n, p) for n in names for p in struck)
            open_ = mention.metonym if hit else any(score.same_name(n, p) for n in names for p in doubtful)
            out.append((mention.at.span, -1 if open_ else int(hit)))
    return out


def _scenes(
    page: Page, text: str, read: Features, counted: list[tuple[Span, int]], named: list[tuple[Span, int]], score: Any
) -> list[tuple[int, int, int]]:
    """Every sentence: 1 with a figure, a struck place or the evidence of the news, 0 without any."""
    first = np.flatnonzero(np.diff(read.sentence, prepend=-1)).tolist()
    main, beside = ([a.get("evidence") or "" for a in _attacks(page, score, optional=o)] for o in (False, True))
    out = []
    for a, b in zip(first, [*first[1:], len(read.starts)], strict=True):
        start, end = read.starts[a], read.starts[b] if b < len(read.starts) else len(text)
        figures = [label for span, label in counted if start <= span.start < end]
        places = [label for span, label in named if start <= span.start < end]
        armed = any(read.classes[3][a:b]) or any(read.classes[4][a:b])
        if _quoted(text[start:end], main) or any(f > 0 for f in figures) or (armed and 1 in places):
            label = 1
        elif -1 in figures or 1 in places or _quoted(text[start:end], beside) or len(text[start:end].strip()) < 25:
            label = -1
        else:
            label = 0
        out.append((a, b, label))
    return out


def _quoted(sentence: str, evidence: list[str]) -> bool:
    words = set(sentence.split())
    each = (set(e.split()) for e in evidence if e)
    return any(len(words & e) >= 0.6 * max(4, min(len(words), len(e))) for e in each)
