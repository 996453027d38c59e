"""Breaking changes between two OpenAPI documents: `python -m scripts.breaking released.json now.json`; exit 1 and one line each.

What a client may rely on: operations and their ids, parameters and their types, closed lists of what may be sent, what a
body must hold, what an answer holds. Additions are no breaks; a new word in an answer's closed list is none either
(docs/api.md: a client ignores what it does not know).
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")


def breaking(old: Json, new: Json) -> Iterator[str]:
    """One sentence for each break, none when every client of `old` still works."""
    for path, item in old["paths"].items():
        for method in METHODS:
            if method in item:
                where = f"{method.upper()} {path}"
                now = new["paths"].get(path, {}).get(method)
                yield from [f"{where}: gone"] if now is None else _operation(where, item[method], now, old, new)


def _operation(where: str, before: Json, after: Json, old: Json, new: Json) -> Iterator[str]:
    if before.get("operationId") != after.get("operationId"):
        yield f"{where}: its operation id changed from {before.get('operationId')}"
    yield from _parameters(where, before, after, old, new)
    yield from _request(where, before, after, old, new)
    for status, answer in before["responses"].items():
        if status.startswith("2"):
            yield from _answer(f"{where} {status}", answer, after["responses"].get(status), old, new)


def _parameters(where: str, before: Json, after: Json, old: Json, new: Json) -> Iterator[str]:
    known = {(p["in"], p["name"]): p for p in before.get("parameters", ())}
    now = {(p["in"], p["name"]): p for p in after.get("parameters", ())}
    for key, parameter in known.items():
        at = f"{where}: parameter {key[1]}"
        if key not in now:
            yield f"{at} is gone"
            continue
        if now[key].get("required") and not parameter.get("required"):
            yield f"{at} became required"
        yield from _schema(at, parameter["schema"], now[key]["schema"], old, new, sent=True)
    for key in now.keys() - known.keys():
        if now[key].get("required") and key[0] != "path":
            yield f"{where}: the new parameter {key[1]} is required"


def _request(where: str, before: Json, after: Json, old: Json, new: Json) -> Iterator[str]:
    if "requestBody" not in before:
        if after.get("requestBody", {}).get("required"):
            yield f"{where}: a body became required"
        return
    now = after.get("requestBody", {}).get("content", {})
    for kind, body in before["requestBody"]["content"].items():
        if kind not in now:
            yield f"{where}: a body of {kind} is refused"
        else:
            yield from _schema(f"{where}: body", body["schema"], now[kind]["schema"], old, new, sent=True)


def _answer(where: str, before: Json, after: Json | None, old: Json, new: Json) -> Iterator[str]:
    if after is None:
        yield f"{where}: the answer is gone"
        return
    for kind, content in before.get("content", {}).items():
        now = after.get("content", {}).get(kind)
        if now is None:
            yield f"{where}: {kind} is gone"
        elif "schema" in content:
            yield from _schema(where, content["schema"], now.get("schema", {}), old, new, sent=False)


def _schema(at: str, before: Json, after: Json, old: Json, new: Json, *, sent: bool, depth: int = 0) -> Iterator[str]:
    """`sent`: by the client, so it may not narrow; else by us, so it may not lose what it held."""
    before, after = _resolve(before, old), _resolve(after, new)
    lost = _types(before) - _types(after) if sent else _types(after) - _types(before)
    if lost and _types(before) and _types(after):
        yield f"{at}: {'no longer takes' if sent else 'may now be'} {', '.join(sorted(lost))}"
    if sent and _words(after) is not None and (_words(before) is None or _words(before) - _words(after)):
        yield f"{at}: words are no longer taken"
    yield from _members(at, before, after, old, new, sent=sent, depth=depth)


def _members(at: str, before: Json, after: Json, old: Json, new: Json, *, sent: bool, depth: int) -> Iterator[str]:
    if depth > 12:
        return
    for part, known in _properties(before, old).items():
        now = _properties(after, new).get(part)
        if now is None:
            yield f"{at}.{part} is gone"
        else:
            yield from _schema(f"{at}.{part}", known, now, old, new, sent=sent, depth=depth + 1)
    required = (
        (_required(after, new) - _required(before, old)) if sent else (_required(before, old) - _required(after, new))
    )
    for part in sorted(required):
        yield f"{at}.{part} {'became required' if sent else 'is no longer always there'}"
    known, now = _items(before, old), _items(after, new)
    if known is not None:
        yield from _schema(f"{at}[]", known, now or {}, old, new, sent=sent, depth=depth + 1)


def _resolve(schema: Json, document: Json) -> Json:
    """Follows references; `anyOf` with null is the other alternative (its types keep the null)."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _alternatives(schema: Json, document: Json) -> list[Json]:
    return [_resolve(one, document) for one in schema.get("anyOf", ())] or [schema]


def _types(schema: Json) -> set[str]:
    found: set[str] = set()
    for one in schema.get("anyOf", [schema]):
        kind = one.get("type", "object" if "$ref" in one else None)
        found |= set(kind) if isinstance(kind, list) else {kind} - {None}
    return found | ({"integer"} if "number" in found else set())


def _words(schema: Json) -> set[Any] | None:
    return set(schema["enum"]) if "enum" in schema else {schema["const"]} if "const" in schema else None


def _properties(schema: Json, document: Json) -> Json:
    return {name: part for one in _alternatives(schema, document) for name, part in one.get("properties", {}).items()}


def _items(schema: Json, document: Json) -> Json | None:
    found = (one["items"] for one in _alternatives(schema, document) if isinstance(one.get("items"), dict))
    return next(found, None)


def _required(schema: Json, document: Json) -> set[str]:
    return {name for one in _alternatives(schema, document) for name in one.get("required", ())}


def main(released: str, now: str) -> int:
    documents = [json.loads(Path(name).read_text(encoding="utf-8")) for name in (released, now)]
    found = list(breaking(*documents))
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
