"""Hostile addresses: refused before a packet leaves, on every hop. Each connect that is tried anywhere is written down."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from app.core.errors import FetchError, FetchRefused
from app.ingest.fetch import Fetcher
from app.ingest.guard import guarded_client

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PUBLIC = "93.184.216.34"

HOSTILE = [
    # loopback, in every spelling that some resolver understands
    "http://127.0.0.1/", "http://127.1/", "http://127.0.1/", "http://2130706433/", "http://0x7f000001/",
    "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://017700000001/", "http://127.255.255.254/", "http://0/",
    "http://0.0.0.0/", "http://localhost/", "http://LOCALHOST./", "http://a.localhost/", "http://[::1]/", "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/",
    "http://１２７.０.０.１/", "http://127。0。0。1/", "http://①②⑦.0.0.1/",
    # link-local and the metadata services of clouds
    "http://169.254.169.254/latest/meta-data/", "http://[fe80::1]/", "http://[fd00:ec2::254]/", "http://2852039166/",
    "http://[fe80::1%25eth0]/", "http://metadata.google.internal/",
    # private, shared, reserved
    "http://10.0.0.1/", "http://172.16.0.1/", "http://172.31.255.255/", "http://192.168.0.1/", "http://100.64.0.1/",
    "http://192.0.0.1/", "http://198.18.0.1/", "http://240.0.0.1/", "http://255.255.255.255/", "http://[fc00::1]/",
    "http://[fec0::1]/",
    # multicast, documentation
    "http://224.0.0.1/", "http://[ff02::1]/", "http://192.0.2.1/", "http://[2001:db8::1]/",
    # an IPv4 address inside an IPv6 one: 6to4, NAT64, Teredo, translated
    "http://[2002:7f00:1::]/", "http://[2002:a9fe:a9fe::]/", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b:1::7f00:1]/",
    "http://[2001:0:7f00:1::]/", "http://[::ffff:0:127.0.0.1]/",
    # other doors: ports, credentials, schemes
    "http://public.example:22/", "http://public.example:6379/", "http://public.example:0/", "https://public.example:8443/",
    "http://user:pw@public.example/", "http://public.example@127.0.0.1/", "http://127.0.0.1#@public.example/",
    "file:///etc/passwd", "gopher://127.0.0.1:70/", "ftp://public.example/", "http://public.example\\@127.0.0.1/",
    "http:///etc/passwd", "http://[::1", "http://exa mple/", "http://public.example:99999/",
    # names whose answers are hostile
    "http://private.example/", "http://mixed.example/", "http://nothing.example/", "http://" + "a" * 300 + ".example/",
]  # fmt: skip
ANSWERS = {
    "public.example": [PUBLIC],
    "private.example": ["10.1.2.3"],
    "mixed.example": [PUBLIC, "127.0.0.1"],
    "metadata.google.internal": ["169.254.169.254"],
    "localhost": ["127.0.0.1"],
    "localhost.": ["127.0.0.1"],
    "a.localhost": ["127.0.0.1"],
}


class Spy:
    """A resolver with our answers, and a network on which nothing leaves."""

    def __init__(self) -> None:
        self.connects: list[Any] = []
        self.resolved: list[str] = []
        self.answers: dict[str, list[str]] = dict(ANSWERS)
        self.real = socket.getaddrinfo

    def getaddrinfo(self, host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        self.resolved.append(name)
        if name.lower() not in self.answers:
            try:
                return self.real(host, port, *rest, **{**more, "flags": socket.AI_NUMERICHOST})
            except TypeError:
                return self.real(host, port, 0, 0, 0, socket.AI_NUMERICHOST)
        found = self.answers[name.lower()]
        if name == "rebinding.example":  # public when it is checked, private when it is asked again
            self.answers[name] = ["127.0.0.1"]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port or 0)) for one in found]

    def connect(self, _socket: Any, address: Any) -> None:
        self.connects.append(address)
        raise OSError("no packet leaves in this test")


@pytest.fixture
def spy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Spy]:
    one = Spy()
    monkeypatch.setattr(socket, "getaddrinfo", one.getaddrinfo)
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, lambda s, a: one.connect(s, a))
    monkeypatch.setattr(socket.socket, "sendto", lambda s, *a: one.connect(s, a[-1]))
    yield one


def fetch(url: str, *, allow_private: bool = False) -> Any:
    async def work() -> Any:
        fetcher = Fetcher(
            allow_private=allow_private, timeout_s=5, user_agent="sitrep-test/1", robots=False, rate=100, attempts=1
        )
        try:
            return await fetcher.fetch(url, now=NOW)
        finally:
            await fetcher.close()

    return asyncio.run(work())


def test_there_are_enough() -> None:
    assert len(HOSTILE) == len(set(HOSTILE)) >= 60


@pytest.mark.parametrize("url", HOSTILE, ids=range(len(HOSTILE)))
def test_refused_without_a_packet(spy: Spy, url: str) -> None:
    with pytest.raises(FetchError) as caught:
        fetch(url)
    assert [address for address in spy.connects if not isinstance(address, str | bytes)] == []
    assert isinstance(caught.value, FetchRefused) or "nothing.example" in url


GOOD = [
    "http://public.example/",
    "https://public.example/a?b=c#d",
    "http://PUBLIC.example:80/",
    f"https://{PUBLIC}:443/",
]


@pytest.mark.parametrize("url", GOOD)
def test_public_addresses_are_tried_and_nothing_else(spy: Spy, url: str) -> None:
    with pytest.raises(FetchError) as caught:  # our network lets nothing out
        fetch(url)
    assert not isinstance(caught.value, FetchRefused)
    assert {address[0] for address in spy.connects} == {PUBLIC}


def test_what_was_checked_is_what_is_connected_to(spy: Spy) -> None:
    spy.answers["rebinding.example"] = [PUBLIC]
    with pytest.raises(FetchError):
        fetch("http://rebinding.example/")
    assert {address[0] for address in spy.connects} == {PUBLIC}
    spy.connects.clear()
    with pytest.raises(FetchRefused):  # the second answer is private
        fetch("http://rebinding.example/")
    assert spy.connects == []


def redirecting(answers: dict[str, str], url: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The URLs really asked for when `answers` redirect: a transport instead of sockets, under the guard's own rules."""
    import httpx

    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        target = answers.get(str(request.url))
        return httpx.Response(302, headers={"Location": target}) if target else httpx.Response(200, text="secret")

    fetcher = Fetcher(allow_private=True, timeout_s=5, user_agent="t/1", robots=False, rate=100, attempts=1)
    monkeypatch.setattr(fetcher, "_client", httpx.AsyncClient(transport=httpx.MockTransport(answer)))
    asyncio.run(fetcher.fetch(url, now=NOW))
    return asked


@pytest.mark.parametrize("target", ["http://public.example/", "ftp://public.example/", "https://u:p@public.example/"])
def test_https_never_goes_down_and_every_hop_is_checked(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FetchRefused):
        redirecting({"https://public.example/a": target}, "https://public.example/a", monkeypatch)


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/", "http://[::1]/", "http://2130706433/", "http://private.example/", "http://127.0.0.1:22/",
        "http://[64:ff9b::7f00:1]/", "//10.0.0.1/", "http://localhost/",
    ],
)  # fmt: skip
def test_redirects_into_private_places_are_refused(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first hop is answered by a stand-in for the public site; the second goes to the real, guarded client."""
    import httpx

    one = Spy()
    monkeypatch.setattr(socket, "getaddrinfo", one.getaddrinfo)
    fetcher = Fetcher(allow_private=False, timeout_s=5, user_agent="t/1", robots=False, rate=100, attempts=1)
    guarded = fetcher._client

    class FirstHop:
        def stream(self, method: str, url: str, **more: Any) -> Any:
            if url != "http://public.example/":
                return guarded.stream(method, url, **more)
            moved = httpx.MockTransport(lambda _: httpx.Response(302, headers={"Location": target}))
            return httpx.AsyncClient(transport=moved).stream(method, url, **more)

    monkeypatch.setattr(fetcher, "_client", FirstHop())
    monkeypatch.setattr(socket.socket, "connect", one.connect)
    with pytest.raises(FetchRefused):
        asyncio.run(fetcher.fetch("http://public.example/", now=NOW))
    assert one.connects == []


def test_no_cookies_no_proxy_no_redirects(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9/")
    httpserver.expect_request("/a").respond_with_data("x", headers={"Set-Cookie": "id=7; Path=/"})

    async def twice() -> None:
        client = guarded_client(allow_private=True, user_agent="sitrep-test/1")
        for _ in range(2):
            await client.get(httpserver.url_for("/a"))
        await client.aclose()

    asyncio.run(twice())
    (_, _), (second, _) = httpserver.log
    assert "Cookie" not in second.headers
    assert second.headers["User-Agent"] == "sitrep-test/1"
