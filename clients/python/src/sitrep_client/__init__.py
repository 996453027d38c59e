"""A small client of the Sitrep API."""

from sitrep_client.client import Sitrep
from sitrep_client.errors import SitrepError
from sitrep_client.records import Article, AttackReport, Change, Entity, Figure, Quote, Span

__all__ = ["Article", "AttackReport", "Change", "Entity", "Figure", "Quote", "Sitrep", "SitrepError", "Span"]
