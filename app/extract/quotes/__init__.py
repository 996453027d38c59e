"""Who said what: marked runs, their cue, speaker and medium, and indirect statements."""

from app.extract.quotes.build import find_quotes

__all__ = ["find_quotes"]
