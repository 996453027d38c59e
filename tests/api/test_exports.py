"""Exports: the list's own rows in four formats, read back by the tools people use; resumable; never half without a sign."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas
import pyarrow.parquet
import pyogrio
import pytest

from app.api.exporting import EXPORTED, walk
from app.api.params_files import ExportQuery
from app.core.db import make_engine
from app.core.errors import BudgetExceeded
from app.export.formats import FORMATS
from app.export.tables import TABLES, plain
from app.export.views import VIEWS
from app.store.paging import ListQuery
from tests.api.conftest import POSTS, Served, serve

RIVALS = {
    "acled": "event_id_cnty, event_date, year, time_precision, disorder_type, event_type, sub_event_type, actor1, assoc_actor_1, inter1, "
    "actor2, assoc_actor_2, inter2, interaction, civilian_targeting, iso, region, country, admin1, admin2, admin3, location, latitude, "
    "longitude, geo_precision, source, source_scale, notes, fatalities, tags, timestamp",
    "ucdp": "id, relid, year, active_year, code_status, type_of_violence, conflict_dset_id, conflict_new_id, conflict_name, "
    "dyad_dset_id, dyad_new_id, dyad_name, side_a_dset_id, side_a_new_id, side_a, side_b_dset_id, side_b_new_id, side_b, "
    "number_of_sources, source_article, source_office, source_date, source_headline, source_original, where_prec, where_coordinates, "
    "where_description, adm_1, adm_2, latitude, longitude, geom_wkt, priogrid_gid, country, country_id, region, event_clarity, "
    "date_prec, date_start, date_end, deaths_a, deaths_b, deaths_civilians, deaths_unknown, best, high, low, gwnoa, gwnob",
    "piterfm": "time_start, time_end, model, launch_place, target, target_main, launched, destroyed, not_reach_goal, still_attacking, "
    "border_crossing, is_shahed, num_hit_location, num_fall_fragment_location, carrier, turbojet, turbojet_destroyed, affected region, "
    "destroyed_details, launched_details, launch_place_details, source",
}


def get(served: Served, path: str) -> bytes:
    response = served.client.get("/v1/" + path)
    assert response.status_code == 200, response.text
    return response.content


def items(served: Served, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = served.client.get(f"/v1/{name}?limit=200").json()["items"]
    return found


@pytest.mark.parametrize("name", EXPORTED)
def test_the_same_rows_in_every_format(filled: Served, name: str) -> None:
    listed = items(filled, name)
    lines = [json.loads(line) for line in get(filled, f"{name}.jsonl").splitlines()]
    assert lines == listed
    frame = pandas.read_csv(io.BytesIO(get(filled, f"{name}.csv")))
    assert list(frame.columns) == list(TABLES[name].columns)
    file = pyarrow.parquet.ParquetFile(io.BytesIO(get(filled, f"{name}.parquet")))
    assert file.metadata.metadata[b"sitrep.next"] == b""
    table = file.read()
    assert table.column_names == list(frame.columns)
    ids = [item["id"] for item in listed]
    assert list(frame["id"]) == table["id"].to_pylist() == ids


def test_values_survive(filled: Served) -> None:
    """Dates are dates, unknown is null and not 0 or an empty text, in CSV and Parquet alike."""
    table = pyarrow.parquet.read_table(io.BytesIO(get(filled, "attack-reports.parquet"))).to_pylist()
    frame = pandas.read_csv(io.BytesIO(get(filled, "attack-reports.csv")))
    assert table[0]["occurred_to"].isoformat() == frame["occurred_to"][0] == "2025-03-03"
    assert (table[0]["published_at"].isoformat(), table[0]["historical"]) == ("2025-03-03T00:00:00+00:00", False)
    assert table[0]["killed_low"] is None
    assert frame["killed_low"].isna().all()
    assert [f["low"] for f in json.loads(table[0]["figures"])] == [14, 11]
    assert table[0]["places_hit"] == "Odesa Oblast"


def test_geojson_is_read_and_a_region_is_no_pin(filled: Served, tmp_path: Path) -> None:
    path = tmp_path / "e.geojson"
    path.write_bytes(get(filled, "entities.geojson"))
    meta, _, geometry, fields = pyogrio.raw.read(path)
    listed = items(filled, "entities")
    assert len(geometry) == len(listed)
    assert meta["crs"] == "EPSG:4326"
    assert {"precision", "name", "country_code"} <= set(meta["fields"])
    assert all(shape is None for shape in geometry)  # regions, countries, persons
    features = json.loads(path.read_bytes())["features"]
    oblast = next(f for f in features if f["properties"]["name"] == "Odesa Oblast")
    assert oblast["properties"]["centre"] == [30.1, 46.8]  # longitude first
    assert oblast["properties"]["precision"] == "region"
    assert fields


@pytest.mark.parametrize("view", RIVALS)
def test_rivals_headers_are_exact(filled: Served, view: str) -> None:
    rows = list(csv.reader(io.StringIO(get(filled, f"attack-reports.csv?view={view}").decode())))
    assert rows[0] == RIVALS[view].split(", ")
    assert len(rows) == 3
    assert pyarrow.parquet.read_table(io.BytesIO(get(filled, f"attack-reports.parquet?view={view}"))).num_rows == 2


def test_rivals_values(filled: Served) -> None:
    def first(view: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(get(filled, f"attack-reports.jsonl?view={view}").splitlines()[0])
        return found

    acled, ucdp, piterfm = first("acled"), first("ucdp"), first("piterfm")
    assert (acled["actor1"], acled["actor2"], acled["iso"], acled["geo_precision"]) == ("Russia", "Ukraine", 804, 3)
    assert acled["fatalities"] is ucdp["best"] is None  # nobody said that nobody died
    assert (ucdp["where_prec"], ucdp["date_prec"], ucdp["geom_wkt"]) == (4, 1, "POINT (30.1 46.8)")
    assert (piterfm["launched"], piterfm["destroyed"], piterfm["not_reach_goal"]) == (14, 11, None)
    figures = [json.loads(line) for line in get(filled, "attack-reports.jsonl?view=figures").splitlines()]
    assert [(f["metric"], f["low"], f["claimant"]) for f in figures] == [
        ("launched", 14, "Ukrainian Air Force"),
        ("downed", 11, "Ukrainian Air Force"),
        ("hit", 2, "officials"),
    ]


def test_filters_and_order_are_those_of_the_list(filled: Served) -> None:
    for query in ("?kind=drone", "?sort=occurred_to", "?within=RU&metric=hit", "?kind=ground"):
        listed = filled.client.get("/v1/attack-reports" + query).json()["items"]
        assert [json.loads(line) for line in get(filled, "attack-reports.jsonl" + query).splitlines()] == listed


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("articles.xml", 404),
        ("articles.geojson", 404),  # no place of its own
        ("quotes.geojson", 404),
        ("attack-reports.geojson?view=acled", 422),
        ("attack-reports.csv?view=none", 422),
        ("articles.csv?view=acled", 422),  # not an attack report
        ("articles.csv?cursor=xyz", 400),
        ("articles.csv?cursor=0195c0de-0000-7000-8000-000000000001", 400),  # no such row
        ("articles.csv?limit=0", 422),
        ("articles.csv?include=quotes", 422),
    ],
)
def test_refusals_are_problems(filled: Served, path: str, status: int) -> None:
    response = filled.client.get("/v1/" + path)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")


def test_parquet_without_its_extra_is_501(filled: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    response = filled.client.get("/v1/quotes.parquet")
    assert response.status_code == 501
    assert "csv" in response.json()["detail"].lower()


@pytest.mark.parametrize("name", ["entities", "articles"])
def test_it_goes_on_by_link_and_by_the_last_id(filled: Served, name: str) -> None:
    every = [item["id"] for item in items(filled, name)]
    seen, url = [], f"/v1/{name}.jsonl?limit=1"
    while url:
        response = filled.client.get(url)
        seen += [json.loads(line)["id"] for line in response.text.splitlines()]
        url = response.links.get("next", {}).get("url", "")
    assert seen == every
    rest = [json.loads(line)["id"] for line in get(filled, f"{name}.jsonl?cursor={every[0]}").splitlines()]
    assert rest == every[1:]
    listed = filled.client.get(f"/v1/{name}?limit=1").json()["next"]  # a list's cursor is as good
    assert len(get(filled, f"{name}.jsonl?cursor={listed}").splitlines()) == len(every) - 1
    tail = json.loads(get(filled, "entities.geojson?limit=1"))["next"]
    assert (
        len(json.loads(get(filled, f"entities.geojson?cursor={tail}"))["features"])
        == len(items(filled, "entities")) - 1
    )


def test_the_server_s_row_limit(tmp_path: Path) -> None:
    for served in serve(tmp_path, export_max_rows=2):
        for body in POSTS:
            served.post(body)
        response = served.client.get("/v1/articles.csv")
        assert len(response.text.splitlines()) == 3
        assert 'rel="next"' in response.headers["link"]


def _walk(served: Served, **options: Any) -> Any:
    asked = ExportQuery(ListQuery("articles"))
    rows = walk(make_engine(served.settings), "articles", asked, max_rows=None, max_s=options.pop("max_s", None))
    for name, value in options.items():
        setattr(rows, name, value)
    return rows


def test_out_of_time_is_never_silent(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A format with room for a cursor ends with it; the others break off, so that no client takes a half for the whole."""
    monkeypatch.setattr("app.api.exporting.BATCH_ROWS", 1)
    for body in POSTS:
        served.post(body)
    rows = _walk(served)
    rows.open()
    rows.max_s = -1.0
    assert len(list(rows.batches())) == 1
    assert rows.next is not None
    strict = _walk(served, strict=True)
    strict.open()
    strict.max_s = -1.0
    with pytest.raises(BudgetExceeded):
        list(strict.batches())


def test_rows_added_meanwhile_repeat_nothing(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.api.exporting.BATCH_ROWS", 1)
    for body in POSTS:
        served.post(body)
    before = [item["id"] for item in items(served, "articles")]
    rows, seen = _walk(served), []
    rows.open()
    for number, batch in enumerate(rows.batches()):
        seen += [str(item["id"]) for item in batch.items]
        served.post(dict(POSTS[0], url=f"https://a.example/{number}", published_at=f"202{4 + number % 2}-06-01"))
        assert number < 20
    assert len(seen) == len(set(seen))
    assert set(before) <= set(seen)


def test_a_formula_is_defused_and_a_number_is_not(served: Served) -> None:
    for number, title in enumerate(["=1+1", "+x", "-x", "@x", "\tx", 'quoted "x", y', "plain"]):
        served.post({"text": f"Text {number} with some words.", "title": title})
    titles = list(pandas.read_csv(io.BytesIO(get(served, "articles.csv")), keep_default_na=False)["title"])
    assert {"'=1+1", "'+x", "'-x", "'@x", 'quoted "x", y', "plain"} <= set(titles)
    assert not any(title.startswith(("=", "+", "-", "@")) for title in titles)
    from app.export.csv import _cell

    assert [_cell(value) for value in (-30.5, -1, True, None, "-1")] == [-30.5, -1, "true", None, "'-1"]


def test_memory_does_not_grow_with_the_rows() -> None:
    """A writer asks for the next batch only when its bytes were taken."""
    from app.export.tables import Batch

    asked = 0

    def batches() -> Iterator[Batch]:
        nonlocal asked
        for _ in range(1000):
            asked += 1
            yield Batch([dict.fromkeys(("id", "start"))])

    for name in ("csv", "jsonl"):
        asked = 0
        chunks = FORMATS[name].write(batches(), "quotes", None, lambda: None)
        next(chunks), next(chunks), next(chunks)
        assert asked <= 3


def test_no_etag_no_head(filled: Served) -> None:
    assert "etag" not in filled.client.get("/v1/quotes.csv").headers
    assert filled.client.head("/v1/quotes.csv").status_code == 405


def test_withdrawn_articles_are_not_exported(served: Served) -> None:
    article = served.post(dict(POSTS[0])).json()["article"]["id"]
    assert len(get(served, "quotes.csv").splitlines()) == 2
    served.client.delete(f"/v1/articles/{article}?reason=wrong", headers=served.auth("admin"))
    for name in EXPORTED:
        assert get(served, f"{name}.jsonl") == b"", name


def test_every_view_has_its_columns() -> None:
    assert set(RIVALS) < set(VIEWS)
    with pytest.raises(TypeError):
        plain(object())


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["articles"], 0),
        (["attack-reports", "--format", "geojson", "--filter", "kind=drone"], 0),
        (["attack-reports", "--view", "acled", "-o", "out.csv"], 0),
        (["attack-reports", "--filter", "kind=nonsense"], 2),
        (["articles", "--filter", "colour=red"], 2),
        (["articles", "--format", "geojson"], 2),
        (["nothing"], 2),
        (["articles", "--filter", "kind"], 2),
    ],
)
def test_the_verb(filled: Served, tmp_path: Path, args: list[str], code: int) -> None:
    import os

    env = {k: v for k, v in os.environ.items() if not k.startswith("SITREP_")}
    env["SITREP_DATABASE_URL"] = filled.settings.database_url
    done = subprocess.run([sys.executable, "-m", "app.cli", "export", *args], cwd=tmp_path, env=env | {"PYTHONPATH": str(Path.cwd())}, capture_output=True, timeout=60)  # fmt: skip
    assert done.returncode == code, done.stderr
    if "-o" in args:
        assert (tmp_path / "out.csv").read_bytes() == get(filled, "attack-reports.csv?view=acled")
        assert not (tmp_path / "out.csv.part").exists()
    elif code == 0:
        assert done.stdout
