"""The tools of /mcp: the read operations for AI assistants.

Thin: each tool takes the parameters of a list as `filters`, reads through the same query models and the same functions of
`store/`, and answers what the REST API answers, with its evidence spans.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from anyio.to_thread import run_sync
from fastapi import FastAPI
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp_types import ToolAnnotations
from pydantic import BaseModel
from sqlmodel import Session

from app.api import params, views
from app.api.articles import ArticleList, ArticleWithText
from app.api.attacks import AttackReportList
from app.api.corrected import AttackReportWithCorrections, QuoteWithCorrections
from app.api.entities import EntityList, MatchList
from app.api.mcp_strict import strict
from app.api.quotes import QuoteList
from app.api.search import FoundList, found
from app.api.service import Vocabulary, vocabulary
from app.core.errors import SitrepError
from app.services import names
from app.services.runtime import Runtime
from app.store import articles_read, attacks_read, entities_read, quotes_read
from app.store import search as search_store
from app.store.filters import Resource
from app.store.paging import ListQuery, Page

INSTRUCTIONS = """War-news briefings as structured, citable data. Every value carries the words it was read from as a span
(`start`, `end`, `text`) into its article: cite that span and the article's URL. Null means that the text does not say it.
Rival claims stand side by side; nobody judged who is right. Lists answer `items` and `next`; pass `next` as `cursor`."""
_READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
SEARCH = search_store.SEARCH
Json = dict[str, Any]


class Tools:
    """What the tools share: the services of the process, its budget, and errors in words."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    async def read(self, model: type[BaseModel], work: Callable[[Session], Json]) -> Json:
        """`work` as `model` of the REST API, in a read session with the query budget. ToolError with our words when it is refused."""
        runtime: Runtime = self.app.state.runtime

        def run() -> Json:
            with names.informed_session(runtime.engine, budget_s=runtime.settings.query_budget_s) as session:
                found = model.model_validate(work(session))
                return found.model_dump(mode="json", exclude_unset=True)

        try:
            return await run_sync(run)
        except SitrepError as error:
            raise ToolError(_words(error)) from None

    async def page(self, one: "Listing", filters: BaseModel) -> Json:
        def work(session: Session) -> Json:
            found = one.page(session, params.to_query(one.resource, filters))
            return params.listing(found, one.show(session, found.items))

        return await self.read(one.model, work)

    @property
    def public_text(self) -> bool:
        return bool(self.app.state.settings.public_text)


def _words(error: SitrepError) -> str:
    named = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors)
    return f"{error.detail or error.title} {named}".strip()


def server(app: FastAPI) -> MCPServer[Any]:
    """The tools; nothing is opened."""
    tools = Tools(app)
    made = [*_lists(tools), *_singles(tools)]
    return MCPServer("sitrep", title="Sitrep", instructions=INSTRUCTIONS, version=app.version, tools=made)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of the REST API as a tool."""

    name: str
    model: type[BaseModel]
    resource: Resource
    page: Callable[[Session, ListQuery], Page[Any]]
    show: Callable[[Session, Any], list[Json]]


LISTS = (
    Listing("attack_reports", AttackReportList, attacks_read.ATTACK_REPORTS, attacks_read.page, views.findings),
    Listing("quotes", QuoteList, quotes_read.QUOTES, quotes_read.page, views.findings),
    Listing("articles", ArticleList, articles_read.ARTICLES, articles_read.page, views.articles),
    Listing("entities", EntityList, entities_read.ENTITIES, entities_read.page, views.entities),
)


def _lists(tools: Tools) -> list[Tool]:
    """A tool a list: its parameters are those of the REST API, in `filters`."""
    return [
        strict(_lister(tools, one), name=f"list_{one.name}", description=_describe(one), annotations=_READ_ONLY)
        for one in LISTS
    ]


def _lister(tools: Tools, one: Listing) -> Any:
    model = params.query_model(one.resource)

    async def call(filters: Any = None) -> dict[str, Any]:
        return await tools.page(one, filters or model())

    call.__annotations__["filters"] = model | None
    return call


def _describe(one: Listing) -> str:
    lines = [f"- {f.name}: {f.description} Example: {f.example}" for f in one.resource.filters]
    title = one.name.replace("_", " ").capitalize()
    return f"{title} with their evidence, a page at a time. Filters:\n" + "\n".join(lines)


def _singles(tools: Tools) -> list[Tool]:
    async def get_article(id: str) -> dict[str, Any]:
        """One briefing with its text, entities, quotes and attack reports; offsets of spans point into `text`."""
        return await tools.read(ArticleWithText, lambda session: _article(session, id, tools.public_text))

    async def get_attack_report(id: str) -> dict[str, Any]:
        """One attack as one article tells it: figures, places, claimant, each with its span."""
        return await tools.read(AttackReportWithCorrections, lambda s: views.finding(s, attacks_read.get(s, id)))

    async def get_quote(id: str) -> dict[str, Any]:
        """One quote with its speaker, cue and medium, each with its span."""
        return await tools.read(QuoteWithCorrections, lambda s: views.finding(s, quotes_read.get(s, id)))

    async def get_vocabulary() -> dict[str, Any]:
        """The closed lists that filters take and answers use: kinds, metrics, subjects with their hierarchy, flags."""
        return Vocabulary.model_validate(vocabulary()).model_dump(mode="json")

    async def search(filters: Any) -> dict[str, Any]:
        """Articles, quotes and entities by their words: words, "phrases", -not, prefix*. `highlights` are ranges of the
        snippet; open what was found by its kind and id for the evidence.
        """
        return await tools.read(FoundList, lambda session: _search(session, filters, tools.public_text))

    search.__annotations__["filters"] = params.query_model(SEARCH)

    async def resolve_entity(name: str) -> dict[str, Any]:
        """The entities that a name may mean, with scores: ask this before you filter by a name that may be ambiguous."""
        return await tools.read(MatchList, lambda session: {"items": _matches(session, name)})

    every = (get_article, get_attack_report, get_quote, search, resolve_entity, get_vocabulary)
    return [strict(one, annotations=_READ_ONLY) for one in every]


def _article(session: Session, article_id: str, public_text: bool) -> Json:
    row = articles_read.get(session, article_id)
    quotes = views.findings(session, quotes_read.of_article(session, row))
    reports = views.findings(session, attacks_read.of_article(session, row))
    found = {"entities": views.found_entities(session, row), "quotes": quotes, "attack_reports": reports}
    if public_text:
        return views.articles(session, [row])[0] | {"text": articles_read.revision(session, row).text} | found
    return views.articles(session, [row])[0] | {"text": None, "excerpts": views.excerpts([*quotes, *reports])} | found


def _search(session: Session, filters: BaseModel, public_text: bool) -> Json:
    query = params.to_query(SEARCH, filters)
    page = search_store.page(session, query)
    return params.listing(page, found(session, page.items, query.values["q"], whole=public_text))


def _matches(session: Session, name: str) -> list[Json]:
    found = names.resolve(session, name[:200])
    shown = views.entities(session, [match.entity for match in found])
    return [
        {"entity": one, "score": match.score, "matched_alias": match.matched_alias}
        for one, match in zip(shown, found, strict=True)
    ]
