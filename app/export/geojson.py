"""GeoJSON (RFC 7946): one feature a place of a report, or a place. A region is no pin: only settlements have a geometry."""

from collections.abc import Callable, Iterator
from typing import Any

from app.export.tables import Batch, Json, Places, best, compact, toll

_HEAD = b'{"type":"FeatureCollection","features":[\n'
_PINS = ("settlement",)


def write(batches: Iterator[Batch], resource: str, next_cursor: Callable[[], str | None]) -> Iterator[bytes]:
    """`next` after the features is the cursor to go on from, null at the end of the data."""
    features = FEATURES[resource]
    yield _HEAD
    first = True
    for batch in batches:
        lines = [compact(one) for item in batch.items for one in features(item, batch.places)]
        if lines:
            yield (("" if first else ",\n") + ",\n".join(lines)).encode()
            first = False
    yield b'\n],"next":' + compact(next_cursor()).encode() + b"}\n"


def _feature(identity: str, place: Json, properties: Json) -> Json:
    return {
        "type": "Feature",
        "id": identity,
        "geometry": geometry(place),
        "properties": properties
        | {name: place.get(name) for name in ("level", "precision", "unresolved", "country_code", "iso_3166_2")}
        | {"centre": _point(place)},
    }


def _point(place: Json) -> list[float] | None:
    """Longitude first."""
    latitude, longitude = place.get("latitude"), place.get("longitude")
    return None if latitude is None or longitude is None else [longitude, latitude]


def geometry(place: Json) -> Json | None:
    """A point where the place is one; None where it is not resolved or is an area (its `centre` is in the properties)."""
    point = _point(place)
    return {"type": "Point", "coordinates": point} if point and place.get("precision") in _PINS else None


def _reports(item: Json, places: Places) -> Iterator[Json]:
    """One feature a place; a report without a place has one without a geometry, so none is missing."""
    shared = _shared(item)
    for number, place in enumerate(item["places"] or [{}]):
        known = places.get(str(place.get("id")), {})
        unresolved = {} if known or not place else {"unresolved": "not_in_gazetteer"}
        named = {"place": place.get("name"), "role": place.get("role"), "place_id": place.get("id")}
        yield _feature(f"{item['id']}/{number}", known | unresolved, shared | named)


def _shared(item: Json) -> Json:
    names = ("kind", "occurred_from", "occurred_to", "date_precision", "historical", "confidence")
    actors = {name: (item[name] or {}).get("name") for name in ("attacker", "target", "claimant")}
    return {
        "report_id": item["id"],
        "article_url": item["article"]["url"],
        **{name: item[name] for name in names},
        **actors,
        "killed": best(*toll(item, "killed")),
        "injured": best(*toll(item, "injured")),
    }


def _entities(item: Json, _places: Places) -> Iterator[Json]:
    """A place or facility; persons have no geometry and are features without one."""
    names = ("kind", "name", "mention_count", "article_count", "first_seen", "last_seen")
    yield _feature(str(item["id"]), item["place"] or {}, {name: item[name] for name in names})


FEATURES: dict[str, Callable[[Json, Places], Iterator[Any]]] = {"attack-reports": _reports, "entities": _entities}
