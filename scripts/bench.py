"""`make bench`: what the parts cost on this machine, as a table. Loopback only, own texts, bounded; nothing is asserted.

`--rows 1000000 --only export` is the large form; `--postgres` measures on a PostgreSQL of its own too.
"""

import argparse
import json
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from app.core.db import make_engine
from app.core.settings import Settings
from scripts import bench_ingest, bench_read, postgres
from scripts.bench_fill import fill, stored
from scripts.served import Served, environment, served, sitrep

PARTS = ("single", "walk", "export", "stream", "ingest")
READS, POSTS = 300, 20
SAMPLE = Path(__file__).resolve().parent.parent / "app" / "samples" / "01-kyiv-barrage.json"


def timed(request: urllib.request.Request | str) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()
    return (time.perf_counter() - start) * 1000


def single(api: Served) -> Iterator[tuple[str, str]]:
    """One request after another."""
    body = json.loads(SAMPLE.read_text())["text"]
    kind = {"Content-Type": "application/json"}
    post = urllib.request.Request(f"{api.url}/v1/extract", json.dumps({"text": body}).encode(), kind)
    first, posts = timed(post), [timed(post) for _ in range(POSTS)]
    reads = [timed(f"{api.url}/v1/attack-reports") for _ in range(READS)]
    yield (
        "extract",
        f"{len(body.split())} words: median {statistics.median(posts):.0f} ms; the first {first:.0f} ms (loads the model)",
    )
    yield (
        "list",
        f"50 attack reports: median {statistics.median(reads):.1f} ms, {1000 / statistics.mean(reads):.0f} reads/s",
    )
    yield "memory", f"API {api.memory_mb():.0f} MB, extraction process {api.children_mb()[0]:.0f} MB"


def measure(url: str, asked: argparse.Namespace) -> Iterator[tuple[str, str]]:
    env = environment(
        DATABASE_URL=url,
        INGEST_ENABLED="false",
        EXPORT_MAX_S="3600",
        EXPORT_MAX_ROWS="2000000",
        EXTRACT_TIMEOUT_S="300",
    )
    sitrep(env, "migrate")
    sitrep(env, "ingest", "--samples")
    engine = make_engine(Settings(database_url=url))
    api_parts = [part for part in asked.only if part != "ingest"]
    if {"walk", "export"} & set(api_parts):
        missing, start = max(0, asked.rows - stored(engine)), time.monotonic()
        fill(engine, missing)
        yield "fill", f"{missing:,} reports of our own samples, ten an article, in {time.monotonic() - start:.0f} s"
    if api_parts:
        with served(env) as api:
            for part in api_parts:
                yield from _part(part, api, engine, asked)
    if "ingest" in asked.only:
        yield "ingest", bench_ingest.ingest(env, engine, asked.briefings, asked.workers)
    engine.dispose()


def _part(part: str, api: Served, engine: Engine, asked: argparse.Namespace) -> Iterator[tuple[str, str]]:
    if part == "single":
        yield from single(api)
    elif part == "walk":
        yield "walk", bench_read.walk(api, engine, asked.rows)
    elif part == "stream":
        yield "stream", bench_read.stream(api, engine, asked.clients, asked.events)
    else:
        for format in asked.formats:
            yield f"export {format}", bench_read.export(api, format)


def engines(asked: argparse.Namespace, stack: ExitStack) -> Iterator[tuple[str, Callable[[], str]]]:
    if asked.database:
        yield "given", lambda: str(asked.database)
        return
    if not asked.only_postgres:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sitrep-bench-"))
        yield "SQLite", lambda: f"sqlite:///{folder}/bench.db"
    if asked.postgres or asked.only_postgres:
        yield "PostgreSQL", lambda: _postgres(stack)


def _postgres(stack: ExitStack) -> str:
    admin_url = stack.enter_context(postgres.server(safe=True))
    admin = create_engine(admin_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE bench"))
    admin.dispose()
    return admin_url.rsplit("/", 1)[0] + "/bench"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000, help="attack reports that are walked and exported")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--formats", nargs="+", default=["csv", "jsonl"])
    parser.add_argument("--clients", type=int, default=200, help="of the live stream")
    parser.add_argument("--events", type=int, default=50, help="changes that they are told")
    parser.add_argument("--briefings", type=int, default=100, help="that are ingested")
    parser.add_argument("--workers", type=int, default=1, help="extraction processes")
    parser.add_argument("--postgres", action="store_true", help="measure on PostgreSQL too; its programs must be here")
    parser.add_argument(
        "--database", metavar="URL", help="measure on this one, which is filled as far as needed and kept"
    )
    parser.add_argument("--only-postgres", action="store_true")
    asked = parser.parse_args()
    if (asked.postgres or asked.only_postgres) and postgres.binaries() is None:
        raise SystemExit("PostgreSQL's programs are not on this machine")
    print("| engine | part | measured |\n|---|---|---|", flush=True)
    with ExitStack() as stack:
        for name, url in engines(asked, stack):
            for part, words in measure(url(), asked):
                print(f"| {name} | {part} | {words} |", flush=True)


if __name__ == "__main__":
    main()
