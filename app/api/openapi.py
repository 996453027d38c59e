"""The OpenAPI document: what FastAPI writes, plus problem documents, request bodies and conditional answers."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from app.api.problems import MEDIA_TYPE, Problem, problem_classes, problem_type
from app.core.errors import SitrepError

DESCRIPTION = """War-news briefings as structured, citable data: articles, entities, quotes and attack reports.

Every value carries the span of words it was read from. What a text does not say is `null`, never 0 and never guessed.

* **Lists** answer `{items, next}` with a `Link` header; follow `next` as `cursor`. Each row comes exactly once.
* **Errors** are `application/problem+json` (RFC 9457) with a `request_id`.
* **Reads** are open unless the server says otherwise; writes need `Authorization: Bearer <key>`.
* Every read has an `ETag`; send `If-None-Match` to be told 304.
"""
TAGS = [
    {"name": "articles", "description": "Briefings and their revisions."},
    {"name": "entities", "description": "Persons, organisations, places and weapons, one each across spellings."},
    {"name": "quotes", "description": "Who said what, where and when."},
    {"name": "attack reports", "description": "One attack as one article tells it, with its figures."},
    {"name": "corrections", "description": "What people corrected, and taking it back."},
    {"name": "search", "description": "Articles, quotes and entities by their words."},
    {"name": "sources", "description": "Feeds, sitemaps and pages that are polled, with their health."},
    {"name": "exports", "description": "Whole lists as files, and feeds."},
    {"name": "jobs", "description": "Work in the background; nothing fails silently."},
    {"name": "changes", "description": "What was created, revised, withdrawn, re-extracted or corrected, in order."},
    {"name": "webhooks", "description": "Changes posted to you, signed."},
    {"name": "extraction", "description": "The extractors alone; nothing is stored."},
    {"name": "service", "description": "Vocabulary and health."},
]
_ALWAYS = (400, 422, 429, 500, 503)
_ID_OF_CREATED = {"/v1/articles": "article/id"}
_CONDITIONAL_EXEMPT = ("/healthz", "/v1/stream")


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses=` of an operation: these and the errors that any operation may answer."""
    return {status: _error_response(status) for status in sorted({*statuses, *_ALWAYS})}


def _error_response(status: int) -> dict[str, Any]:
    known = _typical(status)
    example = {
        "type": problem_type(known.slug),
        "title": known.title,
        "status": status,
        "detail": known.title,
        "instance": "/v1/articles",
        "request_id": "2f1c9a7e5b0d4c6f8a3e1d2b4c5f6a7b",
    }
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    return {"description": known.title, "content": content}


def _typical(status: int) -> type[SitrepError]:
    return next(known for known in problem_classes() if known.status == status)


def install(app: FastAPI, *, bodies: tuple[type[BaseModel], ...]) -> None:
    """Replace `app.openapi` by one that adds our components; built once."""

    def build() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _build(app, bodies)
        return app.openapi_schema

    app.openapi = build  # type: ignore[method-assign]


def _build(app: FastAPI, bodies: tuple[type[BaseModel], ...]) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.2.0",
        description=DESCRIPTION,
        routes=app.routes,
        tags=TAGS,
        license_info={"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        servers=[{"url": app.root_path or "/"}],
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    models: tuple[type[BaseModel], ...] = (Problem, *bodies)
    for model in models:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[model.__name__] = schema
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    _restore_examples(schemas)
    for path, operation in _gets(document):
        _conditional(path, operation)
    _describe_ids(document)
    _say_scopes(document)
    _link(document)
    return document


def _restore_examples(schemas: dict[str, Any]) -> None:
    """FastAPI drops every null from the document, those of examples as well; there they mean something."""
    for model in _below(BaseModel):
        extra = model.model_config.get("json_schema_extra")
        own = model.__module__.startswith("app.api") and model.__name__ in schemas
        if own and isinstance(extra, dict) and "example" in extra:
            schemas[model.__name__]["example"] = extra["example"]


def _below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for child in model.__subclasses__():
        yield child
        yield from _below(child)


def _gets(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        if "get" in item:
            yield path, item["get"]


def _conditional(path: str, operation: dict[str, Any]) -> None:
    if path in _CONDITIONAL_EXEMPT or path.endswith(".{format}"):
        return
    tag = {"description": "Send it back as `If-None-Match`.", "schema": {"type": "string"}}
    operation["responses"].setdefault("200", {}).setdefault("headers", {})["ETag"] = tag
    operation["responses"]["304"] = {"description": "Not changed since the `ETag` in `If-None-Match`."}


def _say_scopes(document: dict[str, Any]) -> None:
    """`x-scope` is what the key must have. Reads ask for one only where the server is not open: `{}`, none will do."""
    for item in document["paths"].values():
        for operation in item.values():
            for scheme, scopes in [pair for asked in operation.get("security", []) for pair in asked.items()]:
                operation["x-scope"] = scopes[0]
                operation["security"] = [{}, {scheme: []}] if scopes == ["read"] else [{scheme: []}]


def _describe_ids(document: dict[str, Any]) -> None:
    """Path parameters without words of their own are ids."""
    for item in document["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    name = parameter["name"].removesuffix("_id").replace("_", " ")
                    parameter.setdefault("description", f"The id of the {name}; an unknown or malformed one is 404.")


def _link(document: dict[str, Any]) -> None:
    """From a list to each of its items, and from what was created to itself: for people, generators and tests."""
    for path, item in document["paths"].items():
        parent, _, name = path.rpartition("/")
        if "get" in item and name.startswith("{") and parent in document["paths"]:
            target = {"operationId": item["get"]["operationId"]}
            for method, where in (("get", "items/0/id"), ("post", _ID_OF_CREATED.get(parent, "id"))):
                responses = document["paths"][parent].get(method, {}).get("responses", {})
                link = target | {"parameters": {name.strip("{}"): f"$response.body#/{where}"}}
                for status in ("200", "201") if method == "get" else ("201",):
                    if status in responses:
                        responses[status].setdefault("links", {})["one"] = link
