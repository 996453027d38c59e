"""Attack reports under other projects' headers, and one row a figure. Names of columns are theirs, every row is ours; docs/exports.md has the mapping."""

import csv
import functools
from collections.abc import Callable, Iterator
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from app.export.tables import Json, Kind, Places, Table, best, dig, joined, main_place, places_of, toll

_REMOTE = ("drone", "missile", "mixed", "artillery", "airstrike", "naval", "explosion")
_ACLED_EVENT = dict.fromkeys(_REMOTE, "Explosions/Remote violence") | {"ground": "Battles"}
_ACLED_SUB_EVENT = {
    "drone": "Air/drone strike",
    "airstrike": "Air/drone strike",
    "missile": "Shelling/artillery/missile attack",
    "artillery": "Shelling/artillery/missile attack",
    "ground": "Armed clash",
}
_ACLED_TIME = {"day": 1, "week": 2, "month": 3}
_ACLED_GEO = {"settlement": 1, "seat": 2, "community": 2, "district": 2, "region": 3}
_UCDP_DATE = {"day": 1, "week": 3, "month": 4, "year": 5}
_UCDP_WHERE = {"settlement": 1, "seat": 3, "community": 3, "district": 3, "region": 4, "country": 6}
_CIVILIANS = ("civilians", "children", "civilian", "women")


@functools.cache
def countries() -> dict[str, dict[str, str]]:
    """ISO 3166-1 alpha-2 -> {numeric, name}."""
    text = resources.files("app.export").joinpath("data/countries.csv").read_text("utf-8")
    return {row["alpha_2"]: row for row in csv.DictReader(text.splitlines())}


def _country(place: Json, field: str) -> str | None:
    return countries().get(place.get("country_code") or "", {}).get(field)


def _day(item: Json) -> str | None:
    found: str | None = item["occurred_to"] or item["occurred_from"]
    return found


def _year(item: Json) -> int | None:
    day = _day(item)
    return int(day[:4]) if day else None


def _host(item: Json) -> str | None:
    return urlsplit(dig(item, "article.url") or "").hostname


def _evidence(item: Json) -> str | None:
    return joined([part["text"] for part in item["evidence"]])


def _mapped(header: str, kinds: dict[str, Kind], row: Callable[[Json, Places], Json]) -> Table:
    """A table with exactly these columns; those that `row` leaves out are None."""
    names = header.split(",")

    def rows(item: Json, places: Places) -> Iterator[tuple[Any, ...]]:
        found = row(item, places)
        yield tuple(found.get(name) for name in names)

    return Table({name: kinds.get(name, Kind.TEXT) for name in names}, rows)


def _acled(item: Json, places: Places) -> Json:
    place = main_place(item, places)
    hurt = [f for f in item["figures"] if f["metric"] in ("killed", "injured") and f["who"] in _CIVILIANS]
    return {
        "event_id_cnty": item["id"],
        "event_date": _day(item),
        "year": _year(item),
        "time_precision": _ACLED_TIME.get(item["date_precision"]) if _day(item) else None,
        "disorder_type": "Political violence" if item["kind"] in _ACLED_EVENT else None,
        "event_type": _ACLED_EVENT.get(item["kind"]),
        "sub_event_type": _ACLED_SUB_EVENT.get(item["kind"]),
        "actor1": dig(item, "attacker.name"),
        "actor2": dig(item, "target.name"),
        "civilian_targeting": "Civilian targeting" if any(f["low"] for f in hurt) else None,
        "iso": int(number) if (number := _country(place, "numeric")) else None,
        "country": _country(place, "name"),
        "admin1": place.get("region_name"),
        "location": place.get("name"),
        "latitude": place.get("latitude"),
        "longitude": place.get("longitude"),
        "geo_precision": _ACLED_GEO.get(place.get("precision") or ""),
        "source": _host(item),
        "notes": _evidence(item),
        "fatalities": best(*toll(item, "killed")),
    }


def _ucdp(item: Json, places: Places) -> Json:
    place, (low, high) = main_place(item, places), toll(item, "killed")
    attacker, target = dig(item, "attacker.name"), dig(item, "target.name")
    latitude, longitude = place.get("latitude"), place.get("longitude")
    located = latitude is not None and longitude is not None
    return {
        "id": item["id"],
        "year": _year(item),
        "dyad_name": f"{attacker} - {target}" if attacker and target else None,
        "side_a": attacker,
        "side_b": target,
        "number_of_sources": 1,
        "source_article": dig(item, "article.url"),
        "source_office": _host(item),
        "source_date": str(dig(item, "article.published_at") or "")[:10] or None,
        "source_headline": dig(item, "article.title"),
        "source_original": dig(item, "claimant.name"),
        "where_prec": _UCDP_WHERE.get(place.get("precision") or ""),
        "where_coordinates": place.get("name"),
        "where_description": place.get("text"),
        "adm_1": place.get("region_name"),
        "latitude": latitude,
        "longitude": longitude,
        "geom_wkt": f"POINT ({longitude} {latitude})" if located else None,
        "priogrid_gid": _priogrid(latitude, longitude) if located else None,
        "country": _country(place, "name"),
        "event_clarity": 1,
        "date_prec": _UCDP_DATE.get(item["date_precision"]) if _day(item) else None,
        "date_start": item["occurred_from"],
        "date_end": item["occurred_to"],
        "deaths_civilians": _deaths(item, _CIVILIANS),
        "deaths_unknown": _deaths(item, (None,)),
        "best": best(low, high),
        "low": low,
        "high": high,
    }


def _priogrid(latitude: Any, longitude: Any) -> int:
    """The cell of half a degree: rows of 720 from the south pole, columns from the date line, counted from 1."""
    row, column = min(int((latitude + 90) * 2), 359), min(int((longitude + 180) * 2), 719)
    return row * 720 + column + 1


def _deaths(item: Json, who: tuple[str | None, ...]) -> int | None:
    """The one current total of killed of this class."""
    found = [
        f for f in item["figures"] if f["metric"] == "killed" and f["current"] and f["is_total"] and f["who"] in who
    ]
    return best(found[0]["low"], found[0]["high"]) if len(found) == 1 else None


_PITERFM_COUNTS = {"launched": "launched", "destroyed": "downed", "not_reach_goal": "lost", "num_hit_location": "hit"}
_PITERFM = (
    "time_start,time_end,model,launch_place,target,target_main,launched,destroyed,not_reach_goal,still_attacking,border_crossing,"
    "is_shahed,num_hit_location,num_fall_fragment_location,carrier,turbojet,turbojet_destroyed,affected region,destroyed_details,"
    "launched_details,launch_place_details,source"
).split(",")
_NO_WEAPON = ("person", "building", "other")


def _piterfm(item: Json, places: Places) -> Iterator[tuple[Any, ...]]:
    """One row a model (else subject) that the report counts."""
    regions = [p["name"] for p in item["places"] if places.get(str(p.get("id")), {}).get("level") == "region"]
    shared = {
        "time_start": item["occurred_from"],
        "time_end": item["occurred_to"],
        "launch_place": joined([p["name"] for p in places_of(item, "launched_from")]),
        "target": joined([p["name"] for p in places_of(item, "target")]),
        "affected region": joined(list(dict.fromkeys(regions))),
        "source": dig(item, "article.url"),
    }
    counted = [f for f in item["figures"] if f["current"] and f["is_total"] and f["subject"] not in _NO_WEAPON]
    for model in dict.fromkeys(f["model"] or f["subject"] for f in counted):
        mine = [f for f in counted if (f["model"] or f["subject"]) == model and not f["claimant"]]
        counts = {name: _count(mine, metric) for name, metric in _PITERFM_COUNTS.items()}
        if any(count is not None for count in counts.values()):
            found = shared | counts | {"model": model}
            yield tuple(found.get(name) for name in _PITERFM)


def _count(figures: list[Json], metric: str) -> int | None:
    found = [f for f in figures if f["metric"] == metric]
    return best(found[0]["low"], found[0]["high"]) if len(found) == 1 else None


_FIGURE = (
    "metric",
    "subject",
    "model",
    "who",
    "low",
    "high",
    "qualifier",
    "is_total",
    "current",
    "start",
    "end",
    "text",
)
_FIGURE_KINDS = {
    "report_id": Kind.TEXT,
    "article_id": Kind.TEXT,
    "article_url": Kind.TEXT,
    "occurred_from": Kind.DATE,
    "occurred_to": Kind.DATE,
    "attacker": Kind.TEXT,
    "target": Kind.TEXT,
    **dict.fromkeys(_FIGURE, Kind.TEXT),
    **dict.fromkeys(("low", "high", "start", "end"), Kind.INT),
    **dict.fromkeys(("is_total", "current"), Kind.BOOL),
    "claimant": Kind.TEXT,
    "place": Kind.TEXT,
}


def _figures(item: Json, _places: Places) -> Iterator[tuple[Any, ...]]:
    """One row a figure; its claimant is its own, else the report's."""
    shared = ("id", "article.id", "article.url", "occurred_from", "occurred_to", "attacker.name", "target.name")
    for one in item["figures"]:
        claimant = dig(one, "claimant.name") or dig(item, "claimant.name")
        yield (*(dig(item, p) for p in shared), *(one[n] for n in _FIGURE), claimant, dig(one, "place.name"))


VIEWS: dict[str, Table] = {
    "acled": _mapped(
        "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,actor2,"
        "assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,latitude,longitude,"
        "geo_precision,source,source_scale,notes,fatalities,tags,timestamp",
        dict.fromkeys(("year", "time_precision", "iso", "geo_precision", "fatalities", "timestamp"), Kind.INT)
        | {"event_date": Kind.DATE, "latitude": Kind.FLOAT, "longitude": Kind.FLOAT},
        _acled,
    ),
    "ucdp": _mapped(
        "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,dyad_dset_id,"
        "dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,number_of_sources,"
        "source_article,source_office,source_date,source_headline,source_original,where_prec,where_coordinates,where_description,"
        "adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,event_clarity,date_prec,date_start,date_end,"
        "deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low,gwnoa,gwnob",
        dict.fromkeys(
            "year,number_of_sources,where_prec,priogrid_gid,event_clarity,date_prec,deaths_a,deaths_b,deaths_civilians,"
            "deaths_unknown,best,high,low".split(","),
            Kind.INT,
        )
        | {"latitude": Kind.FLOAT, "longitude": Kind.FLOAT}
        | dict.fromkeys(("source_date", "date_start", "date_end"), Kind.DATE),
        _ucdp,
    ),
    "piterfm": Table(
        {name: Kind.INT if name in _PITERFM_COUNTS else Kind.TEXT for name in _PITERFM}
        | {"time_start": Kind.DATE, "time_end": Kind.DATE},
        _piterfm,
    ),
    "figures": Table(_FIGURE_KINDS, _figures),
}
