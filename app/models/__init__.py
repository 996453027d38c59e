"""SQLModel tables only; rows are built from validated values in app/store."""

from app.models.article import Article, RawPage, Revision, Snapshot, TitleChange
from app.models.attack import AttackReport, Figure, PlaceLink
from app.models.correction import Correction
from app.models.duplicate import ArticleBand
from app.models.entity import Entity, EntityAlias, Mention
from app.models.quote import Quote
from app.models.search import SearchEntry
from app.models.source import ListedItem, Source
from app.models.webhook import Delivery, Webhook
from app.models.work import ApiKey, Change, IdempotencyKey, Job

__all__ = [
    "ApiKey",
    "Article",
    "ArticleBand",
    "AttackReport",
    "Change",
    "Correction",
    "Delivery",
    "Entity",
    "EntityAlias",
    "Figure",
    "IdempotencyKey",
    "Job",
    "ListedItem",
    "Mention",
    "PlaceLink",
    "Quote",
    "RawPage",
    "Revision",
    "SearchEntry",
    "Snapshot",
    "Source",
    "TitleChange",
    "Webhook",
]
