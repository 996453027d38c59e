"""What routes depend on: settings, the running services, sessions, keys, and the refusal of unknown parameters."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any
from urllib.parse import unquote_to_bytes

from fastapi import Depends, Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from sqlmodel import Session

from app.api.problems import plain_name
from app.core.db import read_session, write_session
from app.core.errors import MalformedQuery, Unauthorized, Unprocessable
from app.core.migrate import require_migrated
from app.core.settings import Settings
from app.domain.vocabulary import Scope
from app.services import keys
from app.services.names import informed_session
from app.services.runtime import Runtime

_bearer = HTTPBearer(auto_error=False, description="A key made by `sitrep keys create`.")


def get_settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def get_runtime(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


def check_migrated(request: Request) -> None:
    """NotMigrated until the database stands at the newest revision; asked no more afterwards."""
    state = request.app.state
    if not state.migrated:
        require_migrated(get_runtime(request).engine)
        state.migrated = True


def require_database(request: Request) -> None:
    """NotMigrated, for operations that hold no session."""
    check_migrated(request)


def get_reader(request: Request) -> Iterator[Session]:
    """A read session with the query budget, closed before the answer is sent."""
    check_migrated(request)
    with informed_session(get_runtime(request).engine, budget_s=get_settings(request).query_budget_s) as session:
        yield session


def get_writer(request: Request) -> Iterator[Session]:
    """One unit of work, committed before the answer is sent."""
    check_migrated(request)
    with write_session(get_runtime(request).engine) as session:
        yield session


SettingsDep = Annotated[Settings, Depends(get_settings)]
RuntimeDep = Annotated[Runtime, Depends(get_runtime)]
Reader = Annotated[Session, Depends(get_reader, scope="function")]
Writer = Annotated[Session, Depends(get_writer, scope="function")]


def needs(scope: Scope) -> Callable[..., str | None]:
    """A dependency that lets only keys with `scope` pass; yields the key's id for idempotency. 401, 403.
    The OpenAPI document names the scope as the role of the key.
    """

    def check(
        request: Request,
        given: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer, scopes=[scope.value])],
    ) -> str | None:
        if scope is Scope.READ and get_settings(request).public_reads:
            return None
        if given is None:
            raise Unauthorized("Send `Authorization: Bearer <key>`.")
        return _verified(request, given.credentials, scope)

    return check


def _verified(request: Request, token: str, scope: Scope) -> str:
    """The id of the living key. Unauthorized when there is none, Forbidden when it lacks the scope."""
    check_migrated(request)
    with read_session(get_runtime(request).engine) as session:
        key = keys.verify(session, token, scope)
    keys.remember_use(get_runtime(request).engine, key)
    return str(key.id)


def no_unknown_parameters(request: Request) -> None:
    """422 for a query parameter that this operation does not have, or that is given twice or holds NUL; 400 for a query
    that is not UTF-8: the framework would ask for a replacement character instead.
    """
    try:
        unquote_to_bytes(request.scope["query_string"]).decode()
    except UnicodeDecodeError:
        raise MalformedQuery from None
    known = _known_parameters(request)
    found: list[dict[str, Any]] = []
    for name in request.query_params:
        values = request.query_params.getlist(name)
        where = {"loc": ["query", plain_name(name)]}
        if name not in known:
            found.append(where | {"msg": "There is no such parameter", "type": "extra_forbidden"})
        elif len(values) > 1:
            found.append(where | {"msg": "Give it once", "type": "repeated"})
        elif "\0" in values[0]:
            found.append(where | {"msg": "NUL is not allowed", "type": "string_nul"})
    if found:
        raise Unprocessable("Some parameters are not acceptable.", errors=found)


def _known_parameters(request: Request) -> frozenset[str]:
    """The query parameters that the operation documents, those of its dependencies among them."""
    names: set[str] = set()
    waiting = [request.scope["route"].dependant]
    while waiting:
        part = waiting.pop()
        waiting += part.dependencies
        for field in part.query_params:
            kind = field.field_info.annotation
            is_model = isinstance(kind, type) and issubclass(kind, BaseModel)
            names |= {info.alias or name for name, info in kind.model_fields.items()} if is_model else {field.alias}
    return frozenset(names)


def cache(seconds: int = 0) -> Callable[..., None]:
    """Sets Cache-Control: answers are revalidated by ETag; private where reads need a key."""

    def set_header(response: Response, settings: SettingsDep) -> None:
        who = "public" if settings.public_reads else "private"
        age = f"max-age={seconds}" if seconds else "no-cache"
        response.headers["Cache-Control"] = f"{who}, {age}"
        if not settings.public_reads:
            response.headers["Vary"] = "Authorization"

    return set_header


def cache_headers(response: Response) -> dict[str, str]:
    """What `cache` set, for routes that build their answer themselves."""
    return {name: response.headers[name] for name in ("cache-control", "vary") if name in response.headers}


def private(response: Response) -> None:
    """What only some may see is kept by no cache."""
    response.headers["Cache-Control"] = "private, no-store"


writer_key, admin_key = needs(Scope.WRITE), needs(Scope.ADMIN)
READ = [Depends(no_unknown_parameters), Depends(needs(Scope.READ)), Depends(cache())]
WRITE = [Depends(no_unknown_parameters), Depends(writer_key)]
ADMIN = [Depends(no_unknown_parameters), Depends(admin_key)]
