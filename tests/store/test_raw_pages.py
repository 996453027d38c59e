"""HTML is kept with its revision, compressed, and purged when its time is over; texts stay."""

from datetime import timedelta

from sqlalchemy import Engine
from sqlmodel import select

from app.core.db import read_session, write_session
from app.domain.document import Page
from app.models import RawPage, Revision
from app.services.ingest import store
from app.store import raw_pages
from tests.store.test_save import NOW, TEXT, document, findings

HTML = b"<p>" + TEXT.encode() * 100


def test_kept_and_purged(any_engine: Engine) -> None:
    page = Page(HTML, "text/html", charset="utf-8")
    article_id = store(any_engine, document(), findings(), now=NOW, raw=page).article_id
    store(any_engine, document(), findings(), now=NOW, raw=page)  # the same again: kept once
    more = TEXT + " The power is back."
    store(any_engine, document(more), findings(more), now=NOW + timedelta(days=9), raw=page)
    with read_session(any_engine) as session:
        assert raw_pages.body_of(session, article_id, 1) == raw_pages.body_of(session, article_id, 2) == HTML
        assert len(session.exec(select(RawPage.body)).first() or b"") < len(HTML) / 10
    with write_session(any_engine) as session:
        assert raw_pages.purge(session, NOW + timedelta(days=1)) == 1
    with read_session(any_engine) as session:
        assert raw_pages.body_of(session, article_id, 1) is None
        assert raw_pages.body_of(session, article_id, 2) == HTML
        assert len(session.exec(select(Revision)).all()) == 2


def test_a_text_is_not_kept_twice(any_engine: Engine) -> None:
    store(any_engine, document(), findings(), now=NOW, raw=Page(TEXT.encode(), "text/plain"))
    with read_session(any_engine) as session:
        assert session.exec(select(RawPage)).all() == []
