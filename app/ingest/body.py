"""The body of a response, read in bounded memory: at most so many decoded bytes, unpacked piece by piece."""

import zlib
from collections.abc import AsyncIterator
from typing import Protocol

from app.core.errors import FetchError, FetchTooLarge

_PIECE = 65_536
_WBITS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


class Unpack(Protocol):
    """What zlib's objects share."""

    @property
    def unconsumed_tail(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes: ...


async def read_body(raw: AsyncIterator[bytes], *, encoding: str, limit: int, cut: bool = False) -> bytes:
    """The decoded body. `cut`: what is beyond the limit is left out instead of being an error.

    Raises FetchTooLarge, or FetchError for a stacked, unknown or broken encoding: we ask for gzip alone, and one read
    of a stacked encoding could emit gigabytes.
    """
    body = bytearray()
    unpack = _unpack(encoding)
    async for chunk in raw:
        while chunk:
            piece, chunk = (chunk, b"") if unpack is None else _piece(unpack, chunk)
            body += piece
            if len(body) > limit:
                if cut:
                    return bytes(body[:limit])
                raise FetchTooLarge(f"More than {limit} bytes.")
    return bytes(body)


def _unpack(encoding: str) -> Unpack | None:
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return None
    if name not in _WBITS:
        raise FetchError("The site sent an encoding that was not asked for.")
    return zlib.decompressobj(_WBITS[name])


def _piece(unpack: Unpack, chunk: bytes) -> tuple[bytes, bytes]:
    """(at most 64 KB unpacked, what is still packed)."""
    try:
        return unpack.decompress(chunk, _PIECE), unpack.unconsumed_tail
    except zlib.error:
        raise FetchError("The compressed answer is broken.") from None
