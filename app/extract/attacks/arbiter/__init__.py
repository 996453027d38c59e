"""A small trained reader beside the rules: what a number counts, whether a place is struck, whether a sentence tells of an attack."""

from app.extract.attacks.arbiter.verdicts import Verdicts

__all__ = ["Verdicts"]
