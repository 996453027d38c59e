"""Corrections by people: what a finding says once they are applied. Pure, on the JSON of findings.

A correction changes values, never spans: the words stay those that were read. It is kept as the members it sets, so that
it can be applied anew to whatever a later extraction finds, and taken away again. A figure is named by its `id`.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.domain.vocabulary import CorrectionState, DatePrecision, FlagCode, NullReason, Qualifier

Json = dict[str, Any]
REFS = ("speaker", "attacker", "target", "claimant", "place")
DATES = ("occurred_from", "occurred_to", "date_precision")
COUNT = ("low", "high", "qualifier")
_SPAN = ("start", "end", "text")
_NO_SPAN = dict.fromkeys(_SPAN)
_OF_SUMS = (FlagCode.SUM_EXCEEDS_LAUNCHED, FlagCode.PARTS_EXCEED_TOTAL)  # an editor looked: they no longer hold
_NULLS = {  # member -> its name in `nulls`, and why it is null when an editor says that it is
    "attacker": ("attacker", NullReason.NOT_NAMED),
    "target": ("target", NullReason.NOT_NAMED),
    "claimant": ("claimant", NullReason.NOT_NAMED),
    "occurred_to": ("date", NullReason.NO_DATE_IN_TEXT),
    "places": ("places", NullReason.NO_PLACE_IN_TEXT),
}


def with_figure_ids(document: Json) -> Json:
    """A finding as extracted, each of its figures with an `id` from metric, subject and words: it persists as they do."""
    figures = document.get("figures", ())
    if all("id" in figure for figure in figures):
        return document
    seen: Counter[str] = Counter()
    named = []
    for figure in figures:
        mark = f"{figure['metric']}|{figure['subject']}|{' '.join((figure['text'] or '').split())}"
        seen[mark] += 1  # the same words may count the same thing twice
        named.append({"id": "f" + hashlib.sha256(f"{mark}|{seen[mark]}".encode()).hexdigest()[:12], **figure})
    return document | {"figures": named}


def apply(pristine: Json, changes: Sequence[Json]) -> Json:
    """`pristine` after these changes, the oldest first; the argument is left as it is."""
    document = pristine
    for change in changes:
        document = _one(pristine, document, change)
    return document


def is_rejected(changes: Sequence[Json]) -> bool:
    return any(change.get("rejected") for change in changes)


def reach(pristine: Json, change: Json) -> CorrectionState:
    """How much of a change finds what it corrects: applied, partial or orphaned."""
    known = {figure["id"] for figure in pristine.get("figures", ())}
    found = [True for name in change if name != "figures"]
    found += [figure["id"] in known for figure in change.get("figures", ())]
    if all(found):
        return CorrectionState.APPLIED
    return CorrectionState.PARTIAL if any(found) else CorrectionState.ORPHANED


def _one(pristine: Json, document: Json, change: Json) -> Json:
    after = dict(document)
    for name, value in change.items():
        if name == "figures":
            after[name] = _figures(document[name], value)
        elif name != "rejected":
            after[name] = _value(pristine, name, value)
    if "nulls" in after:
        after["nulls"] = _nulls(after, change)
    if "figures" in change:
        after["flags"] = [flag for flag in after["flags"] if flag["code"] not in _OF_SUMS]
    return after


def _value(pristine: Json, name: str, value: Any) -> Any:
    if name in REFS:
        return _ref(pristine[name], value)
    if name == "medium" and value is not None:
        at = pristine["medium"] or pristine["cue"] or pristine["parts"][0]
        return value | {part: at[part] for part in _SPAN}
    return [_place(pristine[name], one) for one in value] if name == "places" else value


def _ref(old: Json | None, value: Json | None) -> Json | None:
    """Another name at the words that were read ("he" is somebody else); without a span where there were none."""
    if value is None:
        return None
    return {**value, **{part: (old or _NO_SPAN)[part] for part in _SPAN}}


def _place(old: Sequence[Json], value: Json) -> Json:
    """A place that was there before keeps its words."""
    known = [one for one in old if _same_place(one, value)]
    known.sort(key=lambda one: one["role"] != value["role"])
    return {**value, **{part: (known[0] if known else _NO_SPAN)[part] for part in _SPAN}}


def _same_place(one: Json, other: Json) -> bool:
    return bool((one["entity"] or one["name"]) == (other["entity"] or other["name"]))


def _figures(old: Sequence[Json], values: Sequence[Json]) -> list[Json]:
    wanted = {value["id"]: value for value in values}
    kept = [figure for figure in old if not wanted.get(figure["id"], {}).get("rejected")]
    return [_figure(figure, wanted.get(figure["id"], {})) for figure in kept]


def _figure(figure: Json, value: Json) -> Json:
    refs = {name: _ref(figure[name], value[name]) for name in REFS if name in value}
    return figure | value | refs


def _nulls(after: Json, change: Json) -> Json:
    """A reason for each null that an editor made, none for what an editor filled in."""
    nulls = dict(after["nulls"])
    for name, (named, reason) in _NULLS.items():
        if name not in change:
            continue
        if after[name] or (named == "date" and after["occurred_from"]):
            nulls.pop(named, None)
        else:
            nulls.setdefault(named, reason.value)
    return nulls


# --- making one


def stated(document: Json, change: Json) -> Json:
    """The members that `change` names, as `document` has them: what a correction puts aside."""
    return {name: _stated(document, name, change) for name in change}


def _stated(document: Json, name: str, change: Json) -> Any:
    if name == "rejected":
        return False
    if name == "figures":
        known = {figure["id"]: figure for figure in document["figures"]}
        return [{"id": one["id"]} | stated(known[one["id"]], _members(one)) for one in change["figures"]]
    return _bare(name, document[name])


def _members(figure: Json) -> Json:
    return {name: value for name, value in figure.items() if name != "id"}


def _bare(name: str, value: Any) -> Any:
    """Without spans, as a change has it."""
    if name == "places":
        return [{part: one[part] for part in ("entity", "name", "role")} for one in value]
    if value is None or name not in (*REFS, "medium"):
        return value
    return {"name": value["name"]} if name == "medium" else {part: value[part] for part in ("entity", "name")}


def narrowed(document: Json, change: Json) -> Json:
    """`change` without what is so already; dates and counts go together, as one cannot hold without the other."""
    before = stated(document, change)
    kept = {name: value for name, value in change.items() if name != "figures" and value != before[name]}
    kept |= _together(change, kept, DATES)
    figures = [
        _narrowed(one, old) for one, old in zip(change.get("figures", ()), before.get("figures", ()), strict=True)
    ]
    told = [one for one in figures if len(one) > 1]
    return kept | ({"figures": told} if told else {})


def _narrowed(figure: Json, before: Json) -> Json:
    kept = {name: value for name, value in figure.items() if name == "id" or value != before[name]}
    return kept | _together(figure, kept, COUNT)


def _together(change: Json, kept: Json, group: Sequence[str]) -> Json:
    return {name: change[name] for name in group} if any(name in kept for name in group) else {}


def completed(document: Json, change: Json) -> Json:
    """`change` with what its dates and counts leave unsaid, from `document`: applied alone it says as much."""
    full = dict(change)
    if any(name in change for name in DATES):
        full = {name: document[name] for name in DATES} | full
        if "date_precision" not in change:
            full["date_precision"] = _precision(full)
    known = {figure["id"]: figure for figure in document.get("figures", ())}
    if "figures" in change:
        full["figures"] = [_completed(known[one["id"]], one) for one in change["figures"]]
    return full


def _precision(dates: Json) -> str:
    if dates["occurred_from"] is None and dates["occurred_to"] is None:
        return DatePrecision.UNKNOWN.value
    unknown = dates["date_precision"] == DatePrecision.UNKNOWN
    return DatePrecision.DAY.value if unknown else dates["date_precision"]


def _completed(figure: Json, value: Json) -> Json:
    return {name: figure[name] for name in COUNT} | value if any(name in value for name in COUNT) else value


def faults(change: Json) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What a completed change says that cannot be: (where, what)."""
    first, last = change.get("occurred_from"), change.get("occurred_to")
    if first and last and first > last:
        yield ("occurred_from",), "`occurred_from` is after `occurred_to`"
    if change.get("date_precision", "unknown") != "unknown" and not (first or last):
        yield ("date_precision",), "no date, no precision: `unknown`"
    for number, figure in enumerate(change.get("figures", ())):
        for name, words in _count_faults(figure):
            yield ("figures", number, name), words


def _count_faults(figure: Json) -> Iterator[tuple[str, str]]:
    if "qualifier" not in figure:
        return
    low, high, qualifier = (figure[name] for name in COUNT)
    if low is not None and high is not None and low > high:
        yield "low", "`low` is above `high`; give both"
    elif qualifier == Qualifier.EXACT and low != high:
        yield "qualifier", "`low` and `high` differ, so it is not `exact`"
    elif qualifier == Qualifier.RANGE and (low is None or high is None or low == high):
        yield "qualifier", "a `range` has a `low` and a `high` above it"


def traits(document: Json) -> frozenset[str]:
    """What tells two findings with the same words apart: kind, actors, places, figures as extracted."""
    names = [f"{name}:{document[name]['name']}" for name in REFS if document.get(name)]
    places = [f"place:{place['name']}" for place in document.get("places", ())]
    figures = [figure["id"] for figure in document.get("figures", ())]
    return frozenset([f"kind:{document['kind']}", *names, *places, *figures])


def refs_of(value: Any) -> Iterator[Json]:
    """Every reference to an entity inside a finding or a change."""
    if isinstance(value, Mapping):
        if value.get("entity"):
            yield dict(value)
        for part in value.values():
            yield from refs_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from refs_of(part)
