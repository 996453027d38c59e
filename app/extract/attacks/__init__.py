"""Attacks as the page tells them: numbers -> claims -> reports."""

from app.extract.attacks.builder import find_attacks

__all__ = ["find_attacks"]
