"""The OpenAPI document as 3.1, for tools that do not read 3.2 yet: `python -m scripts.openapi31 < 3.2.json > 3.1.json`.

3.1 cannot say that a body is a sequence of items (`itemSchema`). There the schema of one item's data stands in its place:
a stream of changes is described as a change. Nothing else differs between what we use of 3.2 and 3.1.
"""

import json
import sys
from typing import Any


def downgrade(document: dict[str, Any]) -> dict[str, Any]:
    """A copy; the given one stays as it is."""
    changed: dict[str, Any] = _without_items(document)
    return changed | {"openapi": "3.1.0"}


def _without_items(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_items(part) for part in value]
    if not isinstance(value, dict):
        return value
    copy = {name: _without_items(part) for name, part in value.items() if name != "itemSchema"}
    if "itemSchema" in value:
        copy.setdefault("schema", _data_of(value["itemSchema"]))
    return copy


def _data_of(item: dict[str, Any]) -> Any:
    """Server-sent events carry JSON in `data`; other sequences are their items."""
    return item.get("properties", {}).get("data", {}).get("contentSchema", item)


if __name__ == "__main__":
    json.dump(downgrade(json.load(sys.stdin)), sys.stdout, indent=1)
