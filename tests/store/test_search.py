"""One query language on both engines: the same entries are found, in the same order, with the same scores."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from app.core import migrate
from app.core.db import make_engine, read_session, write_session
from app.core.errors import BudgetExceeded, Unprocessable
from app.core.settings import Settings
from app.domain import findings as f
from app.domain.query import folded, parse
from app.services.articles import withdraw
from app.store import search, snippets
from app.store.paging import ListQuery
from tests.store.test_save import NOW, document, put

TEXTS = {
    "depot": "Fire at the grain depot near Slov’yansk. The depot’s roof fell in.",
    "drones": "Shahed drones over Zaporizhzhia; Kh-101 missiles were seen. Zelenskýy spoke of 1,000 drones.",
    "cyrillic": "Війська біля Слов'янська. Їжак.",
    "markup": 'He wrote a* OR "b" AND (c) NEAR/2 - in title:x ^y; DROP TABLE articles--',
}
# query -> the texts it finds
FINDS = {
    "grain": {"depot"},
    "GRAIN depot": {"depot"},
    "depot grain": {"depot"},  # words in any order
    '"grain depot"': {"depot"},
    '"depot grain"': set(),  # a phrase in this order
    "“grain depot”": {"depot"},  # curly marks are marks
    '"grain dep"*': {"depot"},  # a phrase whose last word is a beginning
    "Slov'yansk": {"depot"},  # whatever the apostrophe
    "slovyansk": {"depot"},
    "depot's": {"depot"},  # a possessive is no part of the word
    "zelenskyy": {"drones"},  # accents do not count
    "Zelensky\u0301y": {"drones"},  # nor does the normal form
    "drone": set(),  # no stemming: what is asked is what is found
    "drone*": {"drones", "kyiv"},
    "kh-101": {"drones"},
    '"kh 101"': {"drones"},
    "101-kh": set(),
    "1,000": {"drones"},
    "1000": set(),
    "слов’янська": {"cyrillic"},
    "ВІЙСЬКА": {"cyrillic"},
    "їжак": {"cyrillic"},
    "drones -kh": {"kyiv"},
    "drones -grain": {"drones", "kyiv"},
    'the -"grain depot"': set(),
    'fire -"depot grain"': {"depot"},
    "-grain": set(),  # nothing to look for
    "a OR b": {"markup"},  # no operators: three words
    "NEAR": {"depot", "markup"},  # a word like any other
    'title:x "^y"': {"markup"},
    '"DROP TABLE': {"markup"},  # unclosed
    "* ' \" ( ) -- ; %": set(),
    "%": set(),
    "_": set(),
    "gra_n": set(),
}


def _fill(engine: Engine) -> dict[UUID, str]:
    ids = {}
    for number, (name, words) in enumerate(TEXTS.items()):
        found = replace(
            document(words, url=f"https://example.org/{name}"), published_at=datetime(2024, 11, number + 1, tzinfo=UTC)
        )
        ids[put(engine, found, f.Findings("test")).article_id] = name
    ids[put(engine, document(url="https://example.org/kyiv")).article_id] = "kyiv"
    return ids


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, dict[UUID, str]]]:
    engine = make_engine(Settings(database_url=f"sqlite:///{tmp_path_factory.mktemp('search')}/s.db"))
    migrate.upgrade(engine)
    yield engine, _fill(engine)
    engine.dispose()


def entries(engine: Engine, q: str, **values: object) -> list[tuple[str, UUID, float]]:
    """(kind, id, score), checked to be the same one at a time; the score told is the score sorted by."""
    query = ListQuery("search", {"q": q, **values}, limit=1)
    found, cursor = [], None
    with read_session(engine) as session:
        terms = search.terms_of(q)
        while True:
            page = search.page(session, replace(query, cursor=cursor))
            found += [(e.kind, e.resource_id, search.score_of(e, terms)) for e in page.items]
            if (cursor := page.next) is None:
                break
        whole = search.page(session, replace(query, limit=100)).items
        assert [e.resource_id for e in whole] == [one for _, one, _ in found]
    scores = [score for _, _, score in found]
    assert scores == sorted(scores, reverse=True)
    return found


@pytest.mark.parametrize("q", FINDS)
def test_what_is_found(lite: tuple[Engine, dict[UUID, str]], q: str) -> None:
    engine, names = lite
    assert {names[one] for _, one, _ in entries(engine, q)} == FINDS[q]


@pytest.mark.needs("postgres")
@pytest.mark.xdist_group("postgres")
def test_postgres_finds_the_same(postgres_engine: Engine, lite: tuple[Engine, dict[UUID, str]]) -> None:
    names = _fill(postgres_engine)
    for q, expected in FINDS.items():
        assert {names[one] for _, one, _ in entries(postgres_engine, q)} == expected, q
    for q in ("kyiv", "ivan bondar", "quiet", "the", "drones over"):
        ours = [(kind, score) for kind, _, score in entries(postgres_engine, q)]
        assert ours == [(kind, score) for kind, _, score in entries(lite[0], q)], q
    _kept_in_step(postgres_engine)
    _raw(postgres_engine)


def test_titles_come_first(engine: Engine) -> None:
    put(engine, document())
    found = entries(engine, "Ivan Bondar")
    assert [(kind, score) for kind, _, score in found] == [("entity", 1.0), ("quote", 1.0), ("article", 0.5)] or [
        (kind, score) for kind, _, score in found
    ] == [("quote", 1.0), ("entity", 1.0), ("article", 0.5)]
    assert [score for _, _, score in entries(engine, "bond*")] == [0.8, 0.8, 0.5]


def test_kept_in_step(engine: Engine) -> None:
    _kept_in_step(engine)


def _kept_in_step(engine: Engine) -> None:
    """A revision replaces the words, a withdrawn article leaves with its quotes and lonely entities."""

    def kinds(q: str) -> list[str]:
        return sorted(kind for kind, _, _ in entries(engine, q))

    url = "https://example.org/step"
    first = "Chernihiv heard three horns. “Stay inside,” Olha Marchenko said."
    article_id = put(engine, document(first, url=url), _spoken(first)).article_id
    assert kinds("horns") == ["article"]
    assert kinds('"stay inside"') == ["article", "quote"]
    assert kinds("marchenko") == ["article", "entity", "quote"]
    put(engine, document("Chernihiv is calm.", url=url), f.Findings("test"))
    assert kinds("horns") == kinds('"stay inside"') == []
    assert kinds("calm") == ["article"]
    with write_session(engine) as session:
        withdraw(session, article_id, "wrong page")
    assert kinds("calm") == kinds("chernihiv") == kinds("marchenko") == []


def _spoken(words: str) -> f.Findings:
    from app.domain.document import Quoted
    from app.domain.vocabulary import EntityKind, QuoteKind

    def at(part: str) -> Quoted:
        start = words.index(part)
        return Quoted.cut(words, start, start + len(part))

    who = f.Entity("person:olha", EntityKind.PERSON, "Olha Marchenko", mentions=(f.Mention(at("Olha Marchenko")),))
    quote = f.Quote(QuoteKind.DIRECT, (at("Stay inside,"),), f.Ref(who.key, who.name, who.mentions[0].at), at("said"))
    return f.Findings("test", (who,), (quote,))


def test_a_failed_write_leaves_the_index_as_it_was(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), write_session(engine) as session:
        from app.store import save

        save.create(
            session,
            identity="text:x",
            document=document("Only half of it."),
            findings=f.Findings("test"),
            now=NOW,
            source_id=None,
        )
        raise ZeroDivisionError
    assert entries(engine, "half") == []
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO fts_search(fts_search, rank) VALUES ('integrity-check', 1)"))


def test_the_migration_fills_the_index(empty_engine: Engine) -> None:
    migrate.upgrade(empty_engine)
    put(empty_engine, document())
    before = entries(empty_engine, "bondar")
    migrate.downgrade(empty_engine, "0001")
    migrate.upgrade(empty_engine)
    assert entries(empty_engine, "bondar") == before
    assert len(before) == 3


def test_filters(lite: tuple[Engine, dict[UUID, str]]) -> None:
    engine, _ = lite
    assert [kind for kind, _, _ in entries(engine, "bondar", kind="quote")] == ["quote"]
    assert entries(engine, "grain", **{"from": "2024-11-02"}) == []
    assert len(entries(engine, "grain", to="2024-11-01")) == 1


def test_ten_terms_and_no_more(lite: tuple[Engine, dict[UUID, str]]) -> None:
    assert entries(lite[0], " ".join("abcdefghij")) == []
    with pytest.raises(Unprocessable):
        entries(lite[0], " ".join("abcdefghijk"))


@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="\"'-*()^: aébЇ½%_\\\0ORAND", max_size=40))
def test_no_text_breaks_it(lite: tuple[Engine, dict[UUID, str]], raw: str) -> None:
    try:
        entries(lite[0], raw)
    except Unprocessable:
        assert len(parse(raw)) > 10


def _raw(engine: Engine) -> None:
    for raw in ("'", "\\", "a' & b", "!a", "a:*", "<->", "' | 'x", "½", "ǅ ß İ", "\u0345", "a" * 256, "‘’", "'s"):
        entries(engine, raw)


@given(st.text(max_size=80))
def test_folding_is_stable(raw: str) -> None:
    """What is kept can be looked for: folded text folds to itself, so text and query meet."""
    once = folded(raw)
    assert folded(once) == once


@pytest.mark.parametrize(
    ("words", "q", "marked"),
    [
        ("Fire at the grain depot.", "depot", ["depot"]),
        ("Fire at the grain depot.", '"grain depot" fire', ["Fire", "grain depot"]),
        ("It is Slov’yansk’s depot", "slovyansk", ["Slov’yansk’s"]),
        ("word " * 500 + "needle in it" + " word" * 500, "needle", ["needle"]),
        ("No match here", "absent", []),
        ("drones and drones", "drone* -grain", ["drones", "drones"]),
        ("x" * 1000, "y", []),
    ],
)
def test_snippets(words: str, q: str, marked: list[str]) -> None:
    found = snippets.cut((words,), parse(q))
    assert len(found.text) <= snippets.WIDTH
    assert found.text in words
    assert [found.text[start:end] for start, end in found.highlights] == marked


@given(st.text(max_size=600), st.text(max_size=20))
def test_highlights_lie_in_the_snippet(words: str, q: str) -> None:
    found = snippets.cut(("", words), parse(q))
    assert found.text in words
    ends = [edge for span in found.highlights for edge in span]
    assert ends == sorted(set(ends)) or len(found.highlights) == len(set(found.highlights))
    assert all(0 <= edge <= len(found.text) for edge in ends)


def test_the_budget_holds(lite: tuple[Engine, dict[UUID, str]]) -> None:
    """A query over its budget is interrupted; the connection serves the next."""
    slow = text(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT max(i) FROM n"
    )
    with pytest.raises(BudgetExceeded), read_session(lite[0], budget_s=0.05) as session:
        session.execute(slow)
    assert entries(lite[0], "grain")


@pytest.mark.needs("postgres")
@pytest.mark.xdist_group("postgres")
def test_the_budget_holds_on_postgres(postgres_engine: Engine) -> None:
    with pytest.raises(BudgetExceeded), read_session(postgres_engine, budget_s=0.05) as session:
        session.execute(text("SELECT pg_sleep(20)"))
    with read_session(postgres_engine) as session:
        assert session.execute(text("SHOW statement_timeout")).scalar_one() == "0"
