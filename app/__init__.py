"""Sitrep: war-news briefings as structured, citable data. docs/architecture.md has the map of the house."""

__version__ = "0.1.0"
