"""A small client of the Sitrep API."""

from sitrep_client.client import Sitrep
from sitrep_client.errors import SitrepError
from sitrep_client.records import (
    Article,
    AttackReport,
    Change,
    Citation,
    Entity,
    Figure,
    Mention,
    Quote,
    Related,
    Span,
)

__all__ = [
    "Article",
    "AttackReport",
    "Change",
    "Citation",
    "Entity",
    "Figure",
    "Mention",
    "Quote",
    "Related",
    "Sitrep",
    "SitrepError",
    "Span",
]
