"""One address, one key; what must not be fetched is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import FetchRefused
from app.ingest.guard import refused_literal
from app.ingest.urls import check_url, url_key

SAME = [
    "https://example.org/a?b=1&c=2",
    "http://www.example.org/a/?c=2&b=1",
    "https://EXAMPLE.org:443/a?b=1&c=2&utm_source=feed&fbclid=x#top",
]


def test_spellings_of_one_address_share_a_key() -> None:
    assert len({url_key(u) for u in SAME}) == 1


def test_other_addresses_do_not() -> None:
    assert (
        len(
            {
                url_key(u)
                for u in ("https://example.org/a?b=1", "https://example.org/a?b=2", "https://example.org/b?b=1")
            }
        )
        == 3
    )


@given(path=st.text(max_size=40), query=st.text(max_size=40))
def test_idempotent(path: str, query: str) -> None:
    key = url_key(f"https://example.org/{path}?{query}")
    assert url_key(key) == key


@given(st.text(st.characters(min_codepoint=0x400, max_codepoint=0x4FF), min_size=330, max_size=700), st.booleans())
def test_long_addresses_of_other_scripts(words: str, query: bool) -> None:
    """Six characters for each letter: the key stays short enough for an index, and tells them apart."""
    url = f"https://example.org/{'?q=' if query else ''}{words}"
    key = url_key(url)
    assert len(key) <= 2_000 and url_key(key) == key
    assert url_key(url + "я") != key


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "https://user:pw@example.org/",
        "http://[::1",
        "https://example.org/\nX",
        "https://e.org/" + "a" * 3000,
    ],
)
def test_bad_urls_are_refused(url: str) -> None:
    with pytest.raises(FetchRefused):
        check_url(url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:0:127.0.0.1]",
        "[fe80::1]",
        "[fc00::1]",
        "[ff02::1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
    ],
)
def test_literal_private_addresses_are_refused(host: str) -> None:
    assert refused_literal(f"http://{host}/", allow_private=False)


def test_a_public_address_passes() -> None:
    assert not refused_literal("https://93.184.216.34/", allow_private=False)
