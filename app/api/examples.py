"""The examples of the documentation: a made-up briefing and what is found in it. Offsets are computed."""

from typing import Any

from app.domain.corrections import with_figure_ids

TITLE = "Night of drones over the Odesa region"
TEXT = (
    "Night of drones over the Odesa region\n"
    "Russian forces launched 14 drones at Odesa Oblast overnight on March 3, the Ukrainian Air Force said. "
    "It said 11 drones were shot down.\n"
    '"Two warehouses burned until dawn," Maksym Horbal, a spokesman for the port, said on Telegram.'
)
URL = "https://news.example/2025/03/03/night-of-drones"
AT = "2025-03-03T08:15:00Z"
VERSION = "0.1.0+5d1c2f7a"
IDS = {
    name: f"0195c0de-0000-7000-8000-{number:012d}"
    for number, name in enumerate(
        (
            "article",
            "russia",
            "odesa",
            "horbal",
            "air_force",
            "ukraine",
            "quote",
            "report",
            "job",
            "source",
            "correction",
        ),
        start=1,
    )
}


def span(words: str) -> dict[str, Any]:
    """The first place of `words` in TEXT."""
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words), "text": words}


def ref(key: str, name: str, words: str, entity: str) -> dict[str, Any]:
    return {"entity": key, "id": IDS[entity], "name": name, **span(words)}


ARTICLE_REF = {"id": IDS["article"], "title": TITLE, "url": URL, "published_at": AT}
RUSSIA = ref("place:russia", "Russia", "Russian", "russia")
UKRAINE = ref("place:ukraine", "Ukraine", "Ukrainian", "ukraine")
AIR_FORCE = ref("organization:ukrainian-air-force", "Ukrainian Air Force", "Ukrainian Air Force", "air_force")
ODESA = ref("place:odesa-oblast", "Odesa Oblast", "Odesa Oblast", "odesa")
HORBAL = ref("person:maksym-horbal", "Maksym Horbal", "Maksym Horbal", "horbal")
PLACE = {
    "geonames_id": 698738,
    "katottg": None,
    "iso_3166_2": "UA-51",
    "country_code": "UA",
    "latitude": 46.77,
    "longitude": 30.06,
    "level": "region",
    "precision": "region",
    "unresolved": None,
}
QUOTE_CORE: dict[str, Any] = {
    "kind": "direct",
    "parts": [span("Two warehouses burned until dawn,")],
    **span("Two warehouses burned until dawn,"),
    "clause": None,
    "speaker": HORBAL,
    "cue": span("said on Telegram") | span("said"),
    "medium": {"name": "Telegram", **span("on Telegram")},
    "said_on": "2025-03-03",
    "confidence": 0.97,
}


def figure(metric: str, number: int, words: str) -> dict[str, Any]:
    return {
        "metric": metric,
        "subject": "drone",
        "model": None,
        "who": None,
        "low": number,
        "high": number,
        "qualifier": "exact",
        "claimant": None,
        "place": None,
        "is_total": True,
        "current": True,
        **span(words),
        "rule": "count_noun",
        "confidence": 0.96,
    }


REPORT_CORE: dict[str, Any] = {
    "attacker": RUSSIA,
    "target": UKRAINE,
    "kind": "drone",
    "occurred_from": "2025-03-03",
    "occurred_to": "2025-03-03",
    "date_precision": "day",
    "part_of_day": "night",
    "date_span": span("overnight on March 3"),
    "historical": False,
    "places": [{"role": "target", **ODESA}],
    "claimant": AIR_FORCE,
    "figures": [figure("launched", 14, "14 drones"), figure("downed", 11, "11 drones")],
    "damage": [{"object": "warehouse", **span("Two warehouses")}],
    "evidence": [span(TEXT.split("\n")[1])],
    "flags": [],
    "nulls": {},
    "confidence": 0.93,
}
_NAMED = with_figure_ids(REPORT_CORE)
DOWNED = _NAMED["figures"][1]["id"]
_STORED = {"article": ARTICLE_REF, "revision": 1, "extractor_version": VERSION}
QUOTE = {"id": IDS["quote"], **_STORED, "corrected": False, **QUOTE_CORE}
REPORT = {"id": IDS["report"], **_STORED, "corrected": False, **_NAMED}
APPLIED: dict[str, Any] = {
    "id": IDS["correction"],
    "by": "sk_Zk3xQ9a",
    "at": "2025-03-04T10:12:00Z",
    "reason": "eleven, says the text",
    "before": {"figures": [{"id": DOWNED, "low": 12, "high": 12, "qualifier": "exact"}]},
    "after": {"figures": [{"id": DOWNED, "low": 11, "high": 11, "qualifier": "exact"}]},
}
CORRECTION: dict[str, Any] = {
    "article_id": IDS["article"],
    "resource": "attack_report",
    "resource_id": IDS["report"],
    "state": "applied",
    "revision": 1,
    **APPLIED,
    "undone": None,
}
FOUND_ENTITY: dict[str, Any] = {
    "key": "place:odesa-oblast",
    "id": None,
    "kind": "place",
    "name": "Odesa Oblast",
    "role": None,
    "place": PLACE,
    "wikidata_id": None,
    "mentions": [{**span("Odesa Oblast"), "metonym": False}],
}
ENTITY: dict[str, Any] = {
    "id": IDS["odesa"],
    "kind": "place",
    "name": "Odesa Oblast",
    "aliases": ["Odesa Oblast", "Odesa region"],
    "role": None,
    "place": PLACE,
    "wikidata_id": None,
    "mention_count": 12,
    "article_count": 5,
    "quote_count": 0,
    "first_seen": "2025-02-11T06:00:00Z",
    "last_seen": AT,
}
ARTICLE: dict[str, Any] = {
    "id": IDS["article"],
    "url": URL,
    "title": TITLE,
    "byline": None,
    "source": None,
    "published_at": AT,
    "published_at_rule": "given",
    "modified_at": None,
    "fetched_at": "2025-03-03T09:00:00Z",
    "content_changed_at": "2025-03-03T09:00:00Z",
    "language": "en",
    "word_count": len(TEXT.split()),
    "live": False,
    "revision": 1,
    "content_hash": "9f0c" * 16,
    "summary": TEXT.split("\n")[1],
    "counts": {"entities": 5, "quotes": 1, "attack_reports": 1},
    "duplicate_of": None,
    "flags": [],
}
JOB: dict[str, Any] = {
    "id": IDS["job"],
    "kind": "ingest_url",
    "url": URL,
    "state": "succeeded",
    "attempts": 1,
    "last_error": None,
    "article_id": IDS["article"],
    "created_at": "2025-03-03T08:59:58Z",
    "updated_at": "2025-03-03T09:00:00Z",
}
WEBHOOK_SECRET = "whsec_" + "c2l0cmVwLWV4YW1wbGUtc2VjcmV0LTMyLWJ5dGVzISE="
WEBHOOK: dict[str, Any] = {
    "id": IDS["job"],
    "url": "https://receiver.example/sitrep",
    "description": "The map",
    "kinds": ["created", "revised"],
    "resources": None,
    "enabled": True,
    "disabled_reason": None,
    "failure_count": 0,
    "last_seq": 42,
    "old_secret_until": None,
    "created_at": AT,
    "updated_at": AT,
}
DELIVERY: dict[str, Any] = {
    "id": IDS["report"],
    "type": "article.revised",
    "seq": 42,
    "job_id": IDS["job"],
    "state": "delivered",
    "attempts": 1,
    "response_status": 204,
    "error": None,
    "duration_ms": 84,
    "created_at": AT,
    "updated_at": AT,
}
CHANGE: dict[str, Any] = {"seq": 42, "kind": "revised", "resource": "article", "id": IDS["article"], "at": AT}
SOURCE: dict[str, Any] = {
    "id": IDS["source"],
    "kind": "feed",
    "url": "https://news.example/feed.xml",
    "name": "Harbour News",
    "outlet": "Harbour News",
    "stance": "ukrainian",
    "language": "en",
    "country": "UA",
    "enabled": True,
    "paused_reason": None,
    "poll_interval_s": 1260,
    "poll_interval_fixed": False,
    "last_polled_at": "2025-03-03T08:59:57Z",
    "next_poll_at": "2025-03-03T09:21:22Z",
    "last_error": None,
    "failure_count": 0,
    "lag_s": 640,
    "created_at": "2025-02-11T06:00:00Z",
}
CATALOGUE_ENTRY: dict[str, Any] = {
    "key": "ukrinform-en",
    "name": "Ukrinform (English)",
    "kind": "feed",
    "url": "https://www.ukrinform.net/rss/block-lastnews",
    "outlet": "Ukrinform",
    "language": "en",
    "country": "UA",
    "stance": "ukrainian_state",
    "source_id": None,
}
EXTRACTED: dict[str, Any] = {
    "title": TITLE,
    "language": "en",
    "published_at": AT,
    "text": TEXT,
    "extractor": {"name": "sitrep-rules", "version": VERSION},
    "flags": [],
    "entities": [FOUND_ENTITY],
    "quotes": [QUOTE_CORE],
    "attack_reports": [REPORT_CORE],
}
