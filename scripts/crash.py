"""Crash proof: briefings through a local server which is killed (`kill -9`) again and again; then every row is looked at."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
from sqlmodel import Session, func, select

from app.core.backup import check
from app.core.db import make_engine, read_session
from app.core.settings import Settings
from app.models import Article, AttackReport, Change, Figure, Job, Quote, Revision, Snapshot

_WORDS = "harbour market bridge school winter engine garden letter bakery tram library river train orchard museum square".split()
PAGE = "<html><head><title>Report {n}</title></head><body><article><h1>Report {n}</h1>{body}</article></body></html>"


@dataclass(frozen=True)
class Outcome:
    """What was done and what was found wrong (empty: nothing)."""

    briefings: int
    kills: int
    seed: int
    seconds: float
    interrupted: int  # jobs that took more than one attempt
    changes: int
    faults: tuple[str, ...]


def briefing(number: int) -> str:
    """A text of our own: so many drones launched, one quote, and words by which no two are copies of each other."""
    dice = random.Random(number)
    filler = " ".join(
        f"The {dice.choice(_WORDS)} near the {dice.choice(_WORDS)} was open {dice.randint(2, 99)} days."
        for _ in range(8)
    )
    return (
        f"Russia launched {number + 2} drones at Ukraine overnight, the Ukrainian Air Force said on Monday.\n\n"
        f"“Crews worked for {number + 2} hours without a break,” spokeswoman Olena Marchenko said.\n\n{filler}"
    )


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        number = int(self.path.rsplit("/", 1)[-1])
        body = "".join(f"<p>{part}</p>" for part in briefing(number).split("\n\n"))
        page = PAGE.format(n=number, body=body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        with contextlib.suppress(OSError):  # the one who asked was killed
            self.wfile.write(page)

    def log_message(self, *_args: object) -> None: ...


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Server:
    """`sitrep serve`, killed and started again on the same port and database."""

    def __init__(self, folder: Path) -> None:
        own = {k: v for k, v in os.environ.items() if not k.startswith("SITREP_")}
        self.url = f"sqlite:///{folder}/crash.db"
        self.port = _free_port()
        self.env = own | {
            "SITREP_DATABASE_URL": self.url,
            "SITREP_PORT": str(self.port),
            "SITREP_FETCH_ALLOW_PRIVATE": "true",
            "SITREP_FETCH_ROBOTS": "false",
            "SITREP_FETCH_PER_HOST_RATE": "1000",
            "SITREP_SWEEP_INTERVAL_S": "0.2",
            "SITREP_JOB_ATTEMPTS": "20",
            "SITREP_LOG_LEVEL": "error",
        }
        self.run("migrate")
        self.key = self.run("keys", "create").strip()
        self.start()

    def run(self, *verb: str) -> str:
        command = [sys.executable, "-m", "app.cli", *verb]
        return subprocess.run(command, env=self.env, check=True, capture_output=True, text=True, timeout=120).stdout

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve"],
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def listening(self) -> None:
        """Returns when it takes connections."""
        for _ in range(1200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise TimeoutError("the server does not start")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def post(self, body: dict[str, str], give_up: float) -> None:
        """Until the server says it has it: what was acknowledged must be there in the end."""
        while time.monotonic() < give_up:
            with contextlib.suppress(httpx.TransportError):
                answer = httpx.post(
                    f"http://127.0.0.1:{self.port}/v1/articles",
                    json=body,
                    headers={"Authorization": f"Bearer {self.key}"},
                    timeout=30,
                )
                if answer.status_code in (200, 201, 202):
                    return
            time.sleep(0.1)
        raise TimeoutError("the server did not take a briefing")


def crash(folder: Path, *, briefings: int, kills: int, seed: int, most_s: float = 560) -> Outcome:
    """Every tenth briefing is posted as a text, the others as URLs that jobs fetch; kills come at random moments."""
    dice, start = random.Random(seed), time.monotonic()
    site = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    server = _Server(folder)
    killed = 0

    def feed(texts: bool) -> None:
        for number in (n for n in range(briefings) if (n % 10 == 0) is texts):
            while number > briefings * (killed + 1) / (kills + 1):  # so that each kill finds work under way
                time.sleep(0.05)
            url = f"http://127.0.0.1:{site.server_port}/{number}"
            server.post({"text": briefing(number), "url": url} if texts else {"url": url}, start + most_s)

    feeders = [threading.Thread(target=feed, args=(texts,)) for texts in (True, False)]
    for feeder in feeders:
        feeder.start()
    try:
        server.listening()
        warm = _first_article(server.url, start + most_s)
        while killed < kills:
            if killed % 5:  # every fifth kill may come while it starts
                server.listening()
            time.sleep(dice.uniform(0, 2 * warm))  # before and after the model is loaded, whatever the machine
            server.kill()
            killed += 1
            server.start()
        for feeder in feeders:
            feeder.join()
        _wait(server.url, briefings, start + most_s)
    finally:
        server.kill()
        site.shutdown()
        site.server_close()
    interrupted, changes, faults = judge(server.url, briefings)
    return Outcome(briefings, killed, seed, time.monotonic() - start, interrupted, changes, faults)


def _first_article(url: str, end: float) -> float:
    """Seconds from a listening server to the first stored briefing: the time that the model takes to load here."""
    engine, start = make_engine(Settings(database_url=url)), time.monotonic()
    while time.monotonic() < end:
        with read_session(engine) as session:
            if session.exec(select(Article.id)).first():
                break
        time.sleep(0.05)
    engine.dispose()
    return time.monotonic() - start


def _wait(url: str, briefings: int, end: float) -> None:
    engine = make_engine(Settings(database_url=url))
    while time.monotonic() < end:
        with read_session(engine) as session:
            open_jobs = session.exec(select(func.count()).where(Job.state.in_(("queued", "running", "retrying")))).one()
        if not open_jobs:
            break
        time.sleep(0.2)
    engine.dispose()


def judge(url: str, briefings: int) -> tuple[int, int, tuple[str, ...]]:
    """Interrupted jobs, changes, and everything that is wrong."""
    check(Path(url.removeprefix("sqlite:///")))  # raises: integrity, foreign keys
    engine = make_engine(Settings(database_url=url))
    with read_session(engine) as session:
        faults = tuple(_faults(session, briefings))
        interrupted = session.exec(select(func.count()).where(Job.attempts > 1)).one()
        changes = session.exec(select(func.count()).select_from(Change)).one()
    engine.dispose()
    return interrupted, changes, faults


def _faults(session: Session, briefings: int):  # type: ignore[no-untyped-def]
    articles = session.exec(select(Article)).all()
    numbers = sorted(int((a.url or "x/-1").rsplit("/", 1)[-1]) for a in articles)
    if numbers != list(range(briefings)):
        yield f"{len(articles)} articles are stored, {len(set(numbers))} different ones"
    for model in (Revision, Snapshot):
        rows = sorted(session.exec(select(model.article_id)))
        if rows != sorted(a.id for a in articles):
            yield f"{len(rows)} rows of {model.__tablename__}"
    for article in articles:
        number = int((article.url or "x/-1").rsplit("/", 1)[-1])
        launched = session.exec(
            select(Figure.low)
            .join(AttackReport, AttackReport.id == Figure.report_id)
            .where(AttackReport.article_id == article.id, AttackReport.current, Figure.metric == "launched")
        ).all()
        quotes = session.exec(
            select(Quote.text).where(Quote.article_id == article.id, Quote.current, Quote.kind == "direct")
        ).all()
        if launched != [number + 2] or len(quotes) != 1 or str(number + 2) not in quotes[0]:
            yield f"briefing {number}: launched {launched}, quotes {quotes}"
    rows = session.exec(select(Change).order_by(Change.seq)).all()
    if [row.seq for row in rows] != list(range(1, len(rows) + 1)):
        yield "the numbers of changes have a hole or a double"
    if sorted((row.kind, row.resource_id) for row in rows) != sorted(("created", a.id) for a in articles):
        yield f"{len(rows)} changes for {len(articles)} articles"
    for state, count in session.exec(select(Job.state, func.count()).group_by(Job.state)):
        if state != "succeeded":
            yield f"{count} jobs are {state}"
