"""Absolute addresses, for what leaves the API: citations and feeds."""

from fastapi import Request

from app.core.settings import Settings


def base(request: Request, settings: Settings) -> str:
    """Where clients reach this server, without a slash at the end: the setting, else what the request says."""
    return settings.public_url or str(request.base_url).rstrip("/")
