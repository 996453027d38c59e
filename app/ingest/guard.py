"""Addresses that may be connected to: resolved once, every answer checked, connected to the checked address (ssrfguard)."""

import ipaddress
import re
import socket
from collections.abc import Iterator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import httpx
import ssrfguard
import ssrfguard.httpx
from ssrfguard._registry import Block, Reach


def _policy() -> ssrfguard.Policy:
    """The package's table and the one block it lets through: IPv4 translated in ::ffff:0:0:0/96 (RFC 2765)."""
    translated = Block(
        network=ipaddress.ip_network("::ffff:0:0:0/96"), name="IPv4-translated", rfc="RFC 2765", reach=Reach.DENIED
    )
    table = ssrfguard.DEFAULT_DENIED
    return ssrfguard.Policy(denied_networks=ssrfguard.AddressTable(blocks=(*table.blocks, translated)))


#: what the guard raises: on the URL itself, or from below while connecting
REFUSED = ssrfguard.errors.SSRFGuardError


def guarded_client(*, allow_private: bool, user_agent: str) -> httpx.AsyncClient:
    """A client without cookies, environment proxies or redirects of its own."""
    fixed: dict[str, Any] = {
        "headers": {
            "User-Agent": user_agent,
            "Accept-Encoding": "gzip",
            "Accept": "text/html,application/xml;q=0.9,*/*;q=0.5",
        },
        "follow_redirects": False,
        "trust_env": False,
        "cookies": CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),  # none is ever kept or sent
        "timeout": httpx.Timeout(10.0),
        "limits": httpx.Limits(max_connections=50, max_keepalive_connections=10),
    }
    if allow_private:
        return httpx.AsyncClient(**fixed)
    policy = _policy()
    client: httpx.AsyncClient = ssrfguard.httpx.AsyncClient(policy=policy, **fixed)
    return client


def refused_literal(url: str, *, allow_private: bool) -> bool:
    """True for a URL whose host is an address that may not be connected to; names are checked when they are resolved."""
    if allow_private:
        return False
    host = urlsplit(url).hostname or ""
    try:
        if re.fullmatch(r"[0-9a-fx.]+", host, re.IGNORECASE):  # "0x7f.1", "0177.1": numbers to the C library
            return _policy().denied_networks.classify(socket.inet_ntoa(socket.inet_aton(host))).blocked
    except OSError:
        pass  # letters of a name, not a number
    try:
        _policy().check_url(url)
    except REFUSED:
        return True
    return False


def is_refusal(error: BaseException) -> bool:
    """Did the guard stop this, somewhere below?"""
    return any(isinstance(e, REFUSED) for e in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
