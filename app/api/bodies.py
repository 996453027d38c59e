"""Reading JSON bodies with our own limits: media type, size, UTF-8, JSON, model; each failure has its own status."""

import hashlib
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Self, TypeVar

from anyio.to_thread import run_sync
from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from app.api.problems import field_errors
from app.core.errors import MalformedBody, TooLarge, Unprocessable, UnsupportedMediaType
from app.core.settings import Settings

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
_ESCAPED = 3  # a Cyrillic letter is 2 bytes, escaped in JSON it is 6


class Patch(BaseModel):
    """What to change: at least one field; what is left out stays, null clears what may be empty."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})
    never_null: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("give at least one field")
        for name in self.never_null:
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"`{name}` cannot be null")
        return self


@dataclass(frozen=True, slots=True)
class Posted(Generic[T]):
    """A validated body and the hash of its bytes."""

    value: T
    digest: str


def json_body(model: type[M], *, large: bool = False) -> Callable[[Request], Coroutine[Any, Any, Posted[M]]]:
    """A dependency that yields the body as `model`. `large`: bodies that carry a text or a page."""

    async def read(request: Request) -> Posted[M]:
        _check_type(request)
        settings: Settings = request.app.state.settings
        limit = settings.max_html_bytes * _ESCAPED + settings.max_json_bytes if large else settings.max_json_bytes
        raw = await _read_limited(request, limit)
        value = await run_sync(_parse, model, raw)
        return Posted(value, hashlib.sha256(raw).hexdigest())

    return read


def raw_body(types: tuple[str, ...], limit: int) -> Callable[[Request], Coroutine[Any, Any, Posted[bytes]]]:
    """A dependency that yields the bytes of a body that is not JSON. Raises UnsupportedMediaType, TooLarge."""

    async def read(request: Request) -> Posted[bytes]:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in types or request.headers.get("content-encoding", "identity").lower() != "identity":
            raise UnsupportedMediaType(f"Send {types[0]}, uncompressed.", headers={"Accept-Post": ", ".join(types)})
        raw = await _read_limited(request, limit)
        return Posted(raw, hashlib.sha256(raw).hexdigest())

    return read


def _check_type(request: Request) -> None:
    kind, _, options = request.headers.get("content-type", "").partition(";")
    charset = options.lower().replace(" ", "").replace('"', "").partition("charset=")[2] or "utf-8"
    if kind.strip().lower() != "application/json" or charset not in ("utf-8", "utf8"):
        raise UnsupportedMediaType("Send application/json in UTF-8.", headers={"Accept-Post": "application/json"})
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body uncompressed.", headers={"Accept-Encoding": "identity"})


async def _read_limited(request: Request, limit: int) -> bytes:
    """The whole body; TooLarge as soon as it is announced or seen to be over `limit` bytes."""
    error = TooLarge(f"The body may have {limit} bytes at most.", headers={"Connection": "close"})
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:19]) > limit:
        raise error
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise error
    return bytes(body)


def _parse(model: type[M], raw: bytes) -> M:
    try:
        found = json.loads(raw.decode("utf-8"), object_pairs_hook=_no_doubles)
    except (ValueError, RecursionError):
        raise MalformedBody from None
    try:
        return model.model_validate(found)
    except ValidationError as error:
        errors = field_errors([dict(item) for item in error.errors()], at=("body",))
        raise Unprocessable("Some values of the body are not acceptable.", errors=errors) from None


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name given twice means two different things to two parsers."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def request_body(model: type[BaseModel], example: Any) -> dict[str, Any]:
    """`openapi_extra` of an operation that reads its body by `json_body`."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    content = {"application/json": {"schema": schema, "example": example}}
    return {"requestBody": {"required": True, "content": content}}
