"""What the lists hold, as entries of a feed: a title to scan, the words it rests on, and the figures."""

from collections.abc import Callable, Iterable
from datetime import datetime
from html import escape
from typing import Any

from app.export.citations import names
from app.export.feeds import Item

Json = dict[str, Any]
_MOST_TITLE = 160
_THINGS = {"other": "", "person": "people", "aircraft": "aircraft", "artillery": "artillery"}
_SIGNS = {"at_least": "at least ", "at_most": "at most ", "about": "about "}


def item_of(resource: str, found: Json, at: datetime, base: str) -> Item:
    """One entry of the feed of `resource`. `found` is the list's JSON, `base` the address of the server, `at` when it came."""
    title, parts, authors = ITEMS[resource](found)
    own = f"{base}/v1/{resource}/{found['id']}"
    article = found.get("article") or (found if resource == "articles" else {})
    parts = [*parts, _links(article, own)]
    clipped = _clipped(title)
    return Item(str(found["id"]), clipped, article.get("url") or own, own, "\n".join(parts), at, tuple(authors))


def _clipped(title: str) -> str:
    words = " ".join(title.split())
    return words if len(words) <= _MOST_TITLE else words[: _MOST_TITLE - 1].rstrip() + "…"


def _links(article: Json, own: str) -> str:
    links = [_link(article["url"], article.get("title") or "The article")] if article.get("url") else []
    return "<p>" + " · ".join([*links, _link(own, "As data")]) + "</p>"


def _link(url: str, words: str) -> str:
    return f'<a href="{escape(url)}">{escape(words)}</a>'


def _quoted(words: str) -> str:
    return f"<blockquote>{escape(words)}</blockquote>"


def _paragraph(words: str) -> str:
    return f"<p>{escape(words)}</p>"


def _list(lines: Iterable[str]) -> list[str]:
    made = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return [f"<ul>{made}</ul>"] if made else []


def _article(found: Json) -> tuple[str, list[str], list[str]]:
    summary = found["summary"] or ""
    parts = [_paragraph(summary)] if summary else []
    return found["title"] or summary or "Untitled", parts, names(found["byline"])


def _quote(found: Json) -> tuple[str, list[str], list[str]]:
    who = found["speaker"]["name"] if found["speaker"] else "Somebody"
    where = f", on {found['medium']['name']}" if found["medium"] else ""
    when = f", {found['said_on']}" if found["said_on"] else ""
    return f"{who}: “{found['text']}”", [_quoted(found["text"]), _paragraph(who + where + when)], [who]


def _report(found: Json) -> tuple[str, list[str], list[str]]:
    figures = [one for one in found["figures"] if one["current"]]
    counts = ", ".join(_count(one) for one in figures if one["is_total"])
    title = _what(found) + (f": {counts}" if counts else "")
    evidence = [_quoted(span["text"]) for span in found["evidence"]]
    claimant = [found["claimant"]["name"]] if found["claimant"] else []
    said = [_paragraph(f"Says: {name}") for name in claimant]
    return title, [*evidence, *_list(map(_figure, figures)), *said], claimant


def _what(found: Json) -> str:
    """ "Drone attack by Russia on Ukraine, Odesa Oblast, 2025-03-03"."""
    kind = "Attack" if found["kind"] == "other" else found["kind"].capitalize() + " attack"
    sides = [f" {word} {found[name]['name']}" for word, name in (("by", "attacker"), ("on", "target")) if found[name]]
    places = dict.fromkeys(one["name"] for one in found["places"] if one["role"] == "target")
    days = [found["occurred_from"], found["occurred_to"]]
    when = [" to ".join(dict.fromkeys(str(day) for day in days if day))] if any(days) else []
    return ", ".join([kind + "".join(sides), *places, *when])


def _count(figure: Json) -> str:
    one = figure["low"] == figure["high"] == 1
    thing = figure["model"] or _THINGS.get(
        figure["subject"], figure["subject"].replace("_", " ") + ("" if one else "s")
    )
    return " ".join(part for part in (_number(figure), thing, figure["metric"]) if part)


def _number(figure: Json) -> str:
    low, high = figure["low"], figure["high"]
    if low is None and high is None:
        return ""
    if low is None or high is None or low == high:
        return _SIGNS.get(figure["qualifier"], "") + str(high if low is None else low)
    return f"{low} to {high}"


def _figure(figure: Json) -> str:
    """ "11 drones downed (“Eleven”), Ukrainian Air Force"."""
    where = f", {figure['place']['name']}" if figure["place"] else ""
    who = f", says {figure['claimant']['name']}" if figure["claimant"] else ""
    words = f" (“{figure['text']}”)" if figure["text"] else ""
    return _count(figure) + where + words + who


def _entity(found: Json) -> tuple[str, list[str], list[str]]:
    kind = found["kind"].replace("_", " ")
    also = [alias for alias in found["aliases"] if alias != found["name"]]
    facts = [f"Also: {', '.join(also)}"] if also else []
    return f"{found['name']} ({kind})", [_paragraph(fact) for fact in facts], []


ITEMS: dict[str, Callable[[Json], tuple[str, list[str], list[str]]]] = {
    "articles": _article,
    "entities": _entity,
    "quotes": _quote,
    "attack-reports": _report,
}
