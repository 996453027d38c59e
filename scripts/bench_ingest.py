"""Measured: how fast a feed of briefings becomes stored findings, from the poll to the last commit."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sqlalchemy import Engine, func, select

from app.core.db import read_session
from app.models import Article
from scripts.crash import PAGE, briefing
from scripts.served import served, sitrep

FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><link>/</link><description>d</description>{items}</channel></rss>'


class _Site(BaseHTTPRequestHandler):
    briefings = 0

    def do_GET(self) -> None:
        name = self.path.rsplit("/", 1)[-1]
        if name == "feed":
            items = "".join(f"<item><title>{n}</title><link>/{n}</link></item>" for n in range(self.briefings))
            self._answer(FEED.format(items=items), "application/rss+xml")
        elif name.isdecimal():
            body = "".join(f"<p>{part}</p>" for part in briefing(int(name)).split("\n\n"))
            self._answer(PAGE.format(n=name, body=body), "text/html; charset=utf-8")
        else:
            self.send_error(404)

    def _answer(self, text: str, kind: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None: ...


def ingest(env: dict[str, str], engine: Engine, briefings: int, workers: int) -> str:
    """`workers`: extraction processes. The time counts from the first stored briefing: a model is loaded once."""
    _Site.briefings = briefings
    site = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    given = {
        "SITREP_INGEST_ENABLED": "true",
        "SITREP_FETCH_ALLOW_PRIVATE": "true",
        "SITREP_FETCH_PER_HOST_RATE": "1000",
        "SITREP_SWEEP_INTERVAL_S": "0.5",
        "SITREP_EXTRACT_WORKERS": str(workers),
        "SITREP_INGEST_CONCURRENCY": "64",  # one host has an eighth of it
    }
    before = _stored(engine)
    sitrep(env | given, "sources", "add", f"http://127.0.0.1:{site.server_port}/feed")
    with served(env | given):
        _until(engine, before + 1)
        start, first = time.monotonic(), _stored(engine)
        _until(engine, before + briefings)
        took = time.monotonic() - start
    site.shutdown()
    site.server_close()
    words = len(briefing(1).split())
    return f"a feed of {briefings} briefings of {words} words, {workers} extraction process(es): {(before + briefings - first) / took:.1f} briefings/s"


def _stored(engine: Engine) -> int:
    with read_session(engine) as session:
        return int(session.execute(select(func.count()).select_from(Article)).scalar_one())


def _until(engine: Engine, count: int, most_s: float = 240) -> None:
    end = time.monotonic() + most_s
    while _stored(engine) < count:
        if time.monotonic() > end:
            raise SystemExit(f"only {_stored(engine)} of {count} articles were stored")
        time.sleep(0.05)
