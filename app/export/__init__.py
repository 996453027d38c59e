"""Rows -> bytes: a writer a format, the tables that flat formats need, and feeds. No database, no web framework."""
