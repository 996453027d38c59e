"""A served application with three made-up briefings; extraction is done in this process by a small stand-in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.core import migrate
from app.core.clock import utcnow
from app.core.db import make_engine, write_session
from app.core.settings import Settings
from app.domain import findings as found
from app.domain import vocabulary as words
from app.domain.document import Document, Page, Quoted
from app.ingest.readers import read
from app.main import create_app
from app.store import keys

VERSION = "stand-in"
WAVE = (
    "Night over the port\n"
    "Russian forces launched 14 drones at Odesa Oblast overnight, the Ukrainian Air Force said. Eleven went down.\n"
    '"Two warehouses burned until dawn in Odesa Oblast," Maksym Horbal said on Telegram.'
)
RAID = (
    "Depot in flames\n"
    "Ukraine hit a depot in Bryansk Oblast with two Kh-101 missiles in 2023, officials said.\n"
    'Iryna Lanova said "nobody was hurt in the yard".'
)
CALM = "A day without news\nNothing burned today. The weather was mild and the shops were open."


def quoted(text: str, part: str) -> Quoted:
    start = text.index(part)
    return Quoted.cut(text, start, start + len(part))


def ref(text: str, key: str | None, name: str, part: str) -> found.Ref:
    return found.Ref(key, name, quoted(text, part))


def entity(text: str, key: str, name: str, part: str, place: found.Place | None = None) -> found.Entity:
    at = text.find(part)
    mentions = []
    while at >= 0:
        mentions.append(found.Mention(Quoted.cut(text, at, at + len(part))))
        at = text.find(part, at + 1)
    return found.Entity(key, words.EntityKind(key.split(":")[0]), name, place=place, mentions=tuple(mentions))


def region(code: str, latitude: float, longitude: float) -> found.Place:
    country = code[:2]
    level = words.PlaceLevel.REGION if "-" in code else words.PlaceLevel.COUNTRY
    iso = code if "-" in code else None
    return found.Place(None, None, iso, country, latitude, longitude, level, level.value)


def figure(text: str, metric: str, subject: str, part: str, low: int, model: str | None = None) -> found.Figure:
    at = quoted(text, part)
    return found.Figure(words.Metric(metric), words.Subject(subject), at, "count_noun", low, low, model=model)


def wave(text: str) -> found.Findings:
    """Today's news: drones at Odesa Oblast, claimed by the air force; a quote from Telegram."""
    entities = (
        entity(text, "place:russia", "Russia", "Russia", region("RU", 60.0, 100.0)),
        entity(text, "place:ukraine", "Ukraine", "Ukrain", region("UA", 49.0, 32.0)),
        entity(text, "place:odesa-oblast", "Odesa Oblast", "Odesa Oblast", region("UA-51", 46.8, 30.1)),
        entity(text, "organization:air-force", "Ukrainian Air Force", "Ukrainian Air Force"),
        entity(text, "person:maksym-horbal", "Maksym Horbal", "Maksym Horbal"),
    )
    report = found.AttackReport(
        attacker=ref(text, "place:russia", "Russia", "Russian"),
        target=ref(text, "place:ukraine", "Ukraine", "Ukrainian"),
        kind=words.AttackKind.DRONE,
        occurred_from=date(2025, 3, 3),
        occurred_to=date(2025, 3, 3),
        date_precision=words.DatePrecision.DAY,
        part_of_day=words.PartOfDay.NIGHT,
        date_span=quoted(text, "overnight"),
        historical=False,
        places=(
            found.PlaceLink(ref(text, "place:odesa-oblast", "Odesa Oblast", "Odesa Oblast"), words.PlaceRole.TARGET),
        ),
        claimant=ref(text, "organization:air-force", "Ukrainian Air Force", "Ukrainian Air Force"),
        figures=(
            figure(text, "launched", "drone", "14 drones", 14),
            figure(text, "downed", "drone", "Eleven", 11),
        ),
        damage=(found.Damage("warehouse", quoted(text, "Two warehouses")),),
        evidence=(quoted(text, text.split("\n")[1]),),
        confidence=0.93,
    )
    quote = found.Quote(
        words.QuoteKind.DIRECT,
        (quoted(text, "Two warehouses burned until dawn in Odesa Oblast,"),),
        ref(text, "person:maksym-horbal", "Maksym Horbal", "Maksym Horbal"),
        quoted(text, "said on Telegram"),
        found.Medium("Telegram", quoted(text, "on Telegram")),
        said_on=date(2025, 3, 3),
        confidence=0.97,
    )
    return found.Findings(VERSION, entities, (quote,), (report,))


def raid(text: str) -> found.Findings:
    """Background: missiles at a Russian region, claimed by nobody with a name."""
    entities = (
        entity(text, "place:ukraine", "Ukraine", "Ukraine", region("UA", 49.0, 32.0)),
        entity(text, "place:bryansk-oblast", "Bryansk Oblast", "Bryansk Oblast", region("RU-BRY", 53.0, 33.0)),
        entity(text, "person:iryna-lanova", "Iryna Lanova", "Iryna Lanova"),
    )
    report = found.AttackReport(
        attacker=ref(text, "place:ukraine", "Ukraine", "Ukraine"),
        target=found.Ref("place:russia", "Russia", None),
        kind=words.AttackKind.MISSILE,
        occurred_from=date(2023, 1, 1),
        occurred_to=date(2023, 12, 31),
        date_precision=words.DatePrecision.YEAR,
        part_of_day=None,
        date_span=quoted(text, "in 2023"),
        historical=True,
        places=(
            found.PlaceLink(
                ref(text, "place:bryansk-oblast", "Bryansk Oblast", "Bryansk Oblast"), words.PlaceRole.TARGET
            ),
        ),
        claimant=ref(text, None, "officials", "officials"),
        figures=(figure(text, "hit", "cruise_missile", "two Kh-101 missiles", 2, "Kh-101"),),
        damage=(),
        evidence=(quoted(text, text.split("\n")[1]),),
        confidence=0.6,
    )
    quote = found.Quote(
        words.QuoteKind.MIXED,
        (quoted(text, "nobody was hurt in the yard"),),
        ref(text, "person:iryna-lanova", "Iryna Lanova", "Iryna Lanova"),
        quoted(text, "said"),
        said_on=None,
        confidence=0.7,
    )
    return found.Findings(VERSION, entities, (quote,), (report,))


def extract(document: Document) -> found.Findings:
    """The stand-in: knows the two briefings by their words."""
    if "14 drones" in document.text:
        return wave(document.text)
    if "Kh-101" in document.text:
        return raid(document.text)
    return found.Findings(VERSION)


class StandIn:
    """In place of the extraction service."""

    async def read_and_extract(
        self, page: Page, *, timeout_s: float | None = None, **known: Any
    ) -> tuple[Document, found.Findings]:
        document = read(page, **known)
        return replace(document, language="en"), extract(document)

    async def close(self) -> None:
        pass


@dataclass
class Served:
    """A client, its settings, and keys of every scope."""

    client: TestClient
    settings: Settings
    read: str
    write: str
    admin: str

    def auth(self, scope: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {getattr(self, scope)}"}

    def post(self, body: dict[str, Any], **headers: str) -> Any:
        return self.client.post("/v1/articles", json=body, headers=self.auth("write") | headers)


def serve(folder: Path, **options: Any) -> Iterator[Served]:
    settings = Settings(**{"database_url": f"sqlite:///{folder}/api.db", "ingest_enabled": False, **options})
    engine = make_engine(settings)
    migrate.upgrade(engine)
    with write_session(engine) as session:
        made = [keys.create(session, scope=scope, name=scope.value, now=utcnow()) for scope in words.Scope]
    engine.dispose()
    app = create_app(settings)
    with TestClient(app, raise_server_exceptions=False) as client:
        app.state.runtime.extraction = StandIn()
        yield Served(client, settings, *made)


POSTS = (
    {"text": WAVE, "url": "https://a.example/wave", "published_at": "2025-03-03"},
    {"text": RAID, "url": "https://b.example/raid", "published_at": "2025-02-01T10:00:00Z"},
    {"text": CALM, "title": "A day without news", "published_at": "2025-01-05"},
)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Three articles; tests only read it."""
    for served in serve(tmp_path_factory.mktemp("filled")):
        for body in POSTS:
            assert served.post(body).status_code == 201
        yield served


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """An empty one, for tests that write."""
    yield from serve(tmp_path)


@pytest.fixture
def desk(served: Served) -> Served:
    """Two briefings to correct."""
    for body in POSTS[:2]:
        assert served.post(body).status_code == 201
    return served
