"""/v1/articles/{id}/revisions and /diff: every version of a text, and what changed between two."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.api import examples, views
from app.api.deps import READ, Reader, SettingsDep
from app.api.openapi import errors
from app.core.errors import NotFound
from app.domain import diff
from app.domain.vocabulary import Metric, Subject
from app.models import Article, Revision
from app.store import articles_read, snapshots

router = APIRouter(prefix="/v1/articles", tags=["articles"])
_REVISION = {
    "number": 1,
    "fetched_at": examples.ARTICLE["fetched_at"],
    "content_hash": examples.ARTICLE["content_hash"],
    "raw_hash": None,
    "cleaner_version": "1",
    "extractor_version": examples.VERSION,
    "title": examples.TITLE,
    "word_count": examples.ARTICLE["word_count"],
    "blocks": [],
}
_DIFF: dict[str, Any] = {
    "from": 1,
    "to": 2,
    "blocks": [{"op": "changed", "id": None, "at": None, "before": "Three people died.", "after": "Five people died."}],
    "figure_changes": [
        {"metric": "killed", "subject": "person", "claimant": None, "from": 3, "to": 5, "from_high": 3, "to_high": 5}
    ],
}


def _number(given: Any) -> int:
    """As with ids: what is no number of a revision is NotFound, not a fault of the request."""
    if not re.fullmatch(r"[1-9][0-9]{0,6}", str(given)):
        raise NotFound("The article has no such revision.")
    return int(given)


Number = Annotated[
    int, Path(description="The number of the revision; another one is 404.", examples=[1]), BeforeValidator(_number)
]


class Block(BaseModel):
    """A part of a live briefing with its own time."""

    id: str
    at: datetime | None
    start: int
    end: int


class RevisionOut(BaseModel):
    """A text as it stood; it never changes."""

    model_config = ConfigDict(title="Revision", json_schema_extra={"example": _REVISION})

    number: int
    fetched_at: datetime
    content_hash: str
    raw_hash: str | None
    cleaner_version: str
    extractor_version: str
    title: str | None
    word_count: int
    blocks: list[Block]


class RevisionWithText(RevisionOut):
    """A revision and its text."""

    model_config = ConfigDict(json_schema_extra={"example": _REVISION | {"text": examples.TEXT}})

    text: str | None = Field(description="Null where the server serves excerpts only.")


class RevisionList(BaseModel):
    """All revisions, the newest first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [_REVISION], "next": None}})

    items: list[RevisionOut]
    next: None = None


class BlockChange(BaseModel):
    """A paragraph, or a block of a live briefing (then with its id and time). Texts are null where none are served."""

    op: Literal["added", "removed", "changed"]
    id: str | None
    at: datetime | None
    before: str | None
    after: str | None


class FigureChange(BaseModel):
    """`from` null: a new figure; `to` null: it is no longer there."""

    metric: Metric
    subject: Subject
    claimant: str | None
    from_: int | None = Field(alias="from")
    to: int | None
    from_high: int | None = Field(description="Of a range; else the same as `from`.")
    to_high: int | None


class Diff(BaseModel):
    """What changed from one revision to another."""

    model_config = ConfigDict(json_schema_extra={"example": _DIFF})

    from_: int = Field(alias="from")
    to: int
    blocks: list[BlockChange]
    figure_changes: list[FigureChange]


@router.get(
    "/{article_id}/revisions",
    operation_id="listArticleRevisions",
    summary="Every version of an article",
    response_model=RevisionList,
    responses=errors(401, 403, 404, 410),
    dependencies=READ,
)
def list_revisions(session: Reader, article_id: str) -> dict[str, Any]:
    """The newest first. `GET /v1/articles/{id}/revisions/{n}` gives the text of one."""
    rows = articles_read.revisions(session, articles_read.get(session, article_id))
    return {"items": [views.revision(row) for row in rows], "next": None}


@router.get(
    "/{article_id}/revisions/{number}",
    operation_id="getArticleRevision",
    summary="One version of an article",
    response_model=RevisionWithText,
    responses=errors(401, 403, 404, 410),
    dependencies=READ,
)
def get_revision(session: Reader, settings: SettingsDep, article_id: str, number: Number) -> dict[str, Any]:
    """The text as it stood then. Its findings: `GET /v1/articles/{id}?revision={n}&include=quotes,attack_reports`."""
    row = articles_read.revision(session, articles_read.get(session, article_id), number)
    return views.revision(row) | {"text": row.text if settings.public_text else None}


@router.get(
    "/{article_id}/diff",
    operation_id="diffArticleRevisions",
    summary="What changed between two versions",
    response_model=Diff,
    responses=errors(401, 403, 404, 410),
    dependencies=READ,
)
def get_diff(
    session: Reader,
    settings: SettingsDep,
    article_id: str,
    from_: Annotated[
        int | None, Query(alias="from", ge=1, le=1_000_000, description="Else the one before `to`.", examples=[1])
    ] = None,
    to: Annotated[int | None, Query(ge=1, le=1_000_000, description="Else the current one.", examples=[2])] = None,
) -> dict[str, Any]:
    """Blocks and paragraphs that were added, removed or changed, and figures that rose, fell, came or went."""
    article = articles_read.get(session, article_id)
    newer = articles_read.revision(session, article, to)
    older = articles_read.revision(session, article, from_ or max(1, newer.number - 1))
    changes = diff.block_changes(*(diff.parts_of(row.text, row.blocks or []) for row in (older, newer)))
    figures = diff.figure_changes(*(_counts(session, article, row) for row in (older, newer)))
    return {
        "from": older.number,
        "to": newer.number,
        "blocks": [_block(one, texts=settings.public_text) for one in changes],
        "figure_changes": [_figure(one) for one in figures],
    }


def _counts(session: Reader, article: Article, row: Revision) -> list[diff.Count]:
    kept = snapshots.get(session, article.id, row.number)
    return diff.counts_of(kept.attack_reports if kept else [])


def _block(one: diff.BlockChange, *, texts: bool) -> dict[str, Any]:
    part = one.after or one.before
    assert part is not None
    before, after = (side.text if side and texts else None for side in (one.before, one.after))
    return {"op": one.op, "id": part.id, "at": part.at, "before": before, "after": after}


def _figure(one: diff.FigureChange) -> dict[str, Any]:
    known = one.after or one.before
    assert known is not None
    (low, high), (new_low, new_high) = (side.value if side else (None, None) for side in (one.before, one.after))
    return {
        "metric": known.metric,
        "subject": known.subject,
        "claimant": known.claimant,
        "from": low,
        "to": new_low,
        "from_high": high,
        "to_high": new_high,
    }
