"""A golden for each shipped sample: what a newcomer sees after `make run`."""

import pytest

from app.cli.texts import SAMPLES
from app.extract.serialize import to_json
from app.ingest.readers import read
from app.services.batch import samples

GOLDEN = {
    "01-kyiv-barrage": (
        {
            ("downed", "cruise_missile", 2),
            ("downed", "ballistic_missile", 2),
            ("downed", "drone", 37),
            ("lost", "drone", 47),
        },
        ["Russia", "Ukraine", "2024-11-13", "mixed", "Ukrainian Air Force"],
    ),
    "02-drones-on-bryansk": (
        {("downed", "drone", 28), ("injured", "person", 0)},  # "no one was hurt" is a stated zero
        ["Ukraine", "Russia", "2025-02-11", "drone", "Russian Defense Ministry"],
    ),
    "03-shelling-of-nikopol": (
        {("killed", "person", 2), ("injured", "person", 5)},
        ["Russia", "Ukraine", "2024-09-05", "artillery", "Serhiy Lysak"],
    ),
    "04-all-drones-downed": (
        {("launched", "drone", 18), ("downed", "drone", 18)},
        ["Russia", "Ukraine", "2024-06-03", "drone", "Ukrainian Air Force"],
    ),
    "05-talks-in-geneva": None,
    "06-ship-in-the-red-sea": (
        {("launched", "ballistic_missile", 2), ("injured", "person", 0)},
        ["Houthis", None, "2024-06-23", "missile", "U.S. Central Command"],
    ),
}


@pytest.mark.parametrize("item", samples(SAMPLES), ids=lambda item: item.name)
def test_sample(extractor, item) -> None:  # type: ignore[no-untyped-def]
    document = read(item.page, title=item.title, published_at=item.published_at)
    reports = to_json(document, extractor.extract(document))["attack_reports"]
    golden = GOLDEN[item.name]
    if golden is None:
        assert reports == []
        return
    (report,) = reports
    figures, facts = golden
    assert {(f["metric"], f["subject"], f["low"]) for f in report["figures"]} == figures
    names = [report[k]["name"] if report[k] else None for k in ("attacker", "target")]
    assert [*names, report["occurred_to"], report["kind"], report["claimant"]["name"]] == facts


def test_the_places_of_the_barrage(extractor) -> None:  # type: ignore[no-untyped-def]
    item = samples(SAMPLES)[0]
    document = read(item.page, published_at=item.published_at)
    (report,) = extractor.extract(document).attack_reports
    regions = {
        f"{n} Oblast" for n in ("Poltava", "Zhytomyr", "Sumy", "Cherkasy", "Zaporizhzhia", "Chernihiv", "Kirovohrad")
    }
    assert {p.place.name for p in report.places} == regions | {"Kyiv"}
