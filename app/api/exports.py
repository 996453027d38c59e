"""/v1/{resource}.{format}: whole lists as files, streamed."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import StreamingResponse

from app.api.deps import READ, RuntimeDep, SettingsDep, cache_headers, check_migrated
from app.api.exporting import EXPORTED, Walk, walk
from app.api.openapi import errors
from app.api.params_files import ExportQuery, export_query
from app.export.formats import FORMATS, format_of

router = APIRouter(prefix="/v1", tags=["exports"], dependencies=READ)
_ROOM_FOR_CURSOR = ("geojson", "parquet")
_COLLECTION = {
    "type": "object",
    "description": "A GeoJSON FeatureCollection; `geometry` is null where a place is not resolved or is a region.",
    "required": ["type", "features"],
    "properties": {
        "type": {"type": "string", "const": "FeatureCollection"},
        "features": {"type": "array", "items": {"type": "object"}},
        "next": {"type": ["string", "null"], "description": "The cursor to go on with."},
    },
}
_FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file. `Link` with `rel=next` when there are more rows than one export gives.",
        "content": {
            one.media_type.partition(";")[0]: {"schema": _COLLECTION if key == "geojson" else {"type": "string"}}
            for key, one in FORMATS.items()
        },
    }
}
_NAMES = {"articles": "articles", "entities": "entities", "quotes": "quotes", "attack-reports": "attack reports"}
Format = Annotated[
    str, Path(description="The format of the file.", examples=["csv"], json_schema_extra={"enum": list(FORMATS)})
]


def _route(name: str) -> Callable[..., StreamingResponse]:
    reader = export_query(EXPORTED[name].resource, EXPORTED[name].views)

    def export(
        request: Request,
        response: Response,
        runtime: RuntimeDep,
        settings: SettingsDep,
        format: Format,
        asked: Any,
    ) -> StreamingResponse:
        chosen = format_of(format, name, asked.view)
        check_migrated(request)
        rows = walk(runtime.engine, name, asked, max_rows=settings.export_max_rows, max_s=settings.export_max_s)
        rows.strict = format not in _ROOM_FOR_CURSOR
        rows.open()
        name_it = {"Content-Disposition": f'attachment; filename="{name}.{format}"'}
        headers = cache_headers(response) | name_it | _link(request, rows)
        chunks = chosen.write(rows.batches(), name, asked.view, lambda: rows.next)
        return StreamingResponse(_closing(chunks), media_type=chosen.media_type, headers=headers)

    export.__annotations__["asked"] = Annotated[ExportQuery, Depends(reader)]
    return export


def _closing(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """A client that goes away ends the walk."""
    try:
        yield from chunks
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()


def _link(request: Request, rows: Walk) -> dict[str, str]:
    """Where to go on after the last row that one export gives."""
    edge = rows.edge()
    if edge is None:
        return {}
    params = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    path = request.scope.get("root_path", "") + request.scope["path"]
    return {"Link": f'<{path}?{urlencode([*params, ("cursor", edge)])}>; rel="next"'}


for _name, _words in _NAMES.items():
    router.add_api_route(
        f"/{_name}.{{format}}",
        _route(_name),
        methods=["GET"],
        operation_id="export" + _words.title().replace(" ", ""),
        summary=f"{_words.capitalize()} as a file",
        description=f"All {_words} that the filters find, in the order of the list, as csv, jsonl, geojson or parquet. Streamed; "
        "a broken download goes on with `cursor=` the id of the last row. 404 for a format that makes no sense here.",
        response_class=StreamingResponse,
        responses=errors(400, 401, 403, 404, 501) | _FILES,
    )
