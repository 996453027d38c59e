"""The shipped catalogue, row by row; that it calls nobody stands in tests/cli/test_sources_cli.py."""

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from app.core.clock import utcnow
from app.core.db import read_session, write_session
from app.core.settings import Settings
from app.ingest.catalogue import CatalogueEntry, catalogue, entry_named, entry_of
from app.ingest.urls import check_url, url_key
from app.models import Source
from app.services import sources

STANCES = set("ukrainian_state russian_state ukrainian russian russian_exile international research".split())


@pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.key)
def test_each_row(entry: CatalogueEntry) -> None:
    assert check_url(entry.url).startswith("https://")
    assert entry_of(entry.url) is entry is entry_named(entry.key)
    assert entry.key.replace("-", "").isalnum() and entry.key.islower()
    assert entry.name and entry.outlet
    assert (len(entry.language), entry.language.islower()) == (2, True)
    assert (len(entry.country), entry.country.isupper()) == (2, True)
    assert entry.stance in STANCES
    assert entry.provenance == "outlet"


def test_no_address_stands_there_twice() -> None:
    assert (
        len({url_key(entry.url) for entry in catalogue()})
        == len({entry.key for entry in catalogue()})
        == len(catalogue())
    )


def test_a_fresh_install_has_no_source_and_adding_all_enables_none(engine: Engine, settings: Settings) -> None:
    with write_session(engine) as session:
        assert session.exec(select(Source)).all() == []
        sources.add_catalogue(session, settings, now=utcnow())
    with read_session(engine) as session:
        assert {row.enabled for row in session.exec(select(Source))} == {False}
