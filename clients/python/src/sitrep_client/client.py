"""The client: lists as iterators, single records, adding a briefing, and the live stream."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any, Self, cast

import httpx

from sitrep_client.errors import SitrepError
from sitrep_client.records import (
    Article,
    AttackReport,
    Change,
    Citation,
    Correction,
    Entity,
    Mention,
    Quote,
    Related,
)

_WAITED_OUT = (429, 503)


class Sitrep:
    """One connection pool to one server; use it in a `with` block. Not to be shared by threads."""

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        retries: int = 4,
        timeout_s: float = 30.0,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`key`: for writes, and where reads are closed. `retries`: how often a 429 or 503 is waited out."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=timeout_s, transport=transport)
        self._retries, self._sleep = retries, sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def articles(self, **filters: Any) -> Iterator[Article]:
        return cast(Iterator[Article], self._pages("/v1/articles", filters))

    def attack_reports(self, **filters: Any) -> Iterator[AttackReport]:
        return cast(Iterator[AttackReport], self._pages("/v1/attack-reports", filters))

    def quotes(self, **filters: Any) -> Iterator[Quote]:
        return cast(Iterator[Quote], self._pages("/v1/quotes", filters))

    def entities(self, **filters: Any) -> Iterator[Entity]:
        return cast(Iterator[Entity], self._pages("/v1/entities", filters))

    def mentions(self, entity_id: str, **filters: Any) -> Iterator[Mention]:
        """Where an entity is named, in the newest article first."""
        return cast(Iterator[Mention], self._pages(f"/v1/entities/{entity_id}/mentions", filters))

    def related(self, entity_id: str, **filters: Any) -> Iterator[Related]:
        """Entities that the same articles name, those that share the most first."""
        return cast(Iterator[Related], self._pages(f"/v1/entities/{entity_id}/related", filters))

    def cite(
        self, article_id: str, *, start: int | None = None, end: int | None = None, revision: int | None = None
    ) -> Citation:
        """A permalink of the words from `start` to `end` (code points), with the hash of the text they stand in."""
        span = {"start": start, "end": end, "revision": revision}
        return cast(Citation, self.get(f"/v1/articles/{article_id}/citation", **span))

    def bibtex(
        self, article_id: str, *, start: int | None = None, end: int | None = None, revision: int | None = None
    ) -> str:
        """The same as a BibTeX entry."""
        span = {"start": start, "end": end, "revision": revision, "format": "bibtex"}
        return self._ask("GET", f"/v1/articles/{article_id}/citation", params=_params(span)).text

    def changes(self, *, since: int = 0, **filters: Any) -> Iterator[Change]:
        """Every change after `since`, the oldest first, to the newest there is."""
        return cast(Iterator[Change], self._pages("/v1/changes", {"since": since, **filters}))

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """Any single GET, like `get("/v1/articles/…", include="quotes")`. SitrepError when it is refused."""
        found: dict[str, Any] = self._ask("GET", path, params=_params(params)).json()
        return found

    def add(self, **body: Any) -> dict[str, Any]:
        """`POST /v1/articles`: `text` or `html` with what is known of it, or `url` alone. Needs a key of scope `write`."""
        found: dict[str, Any] = self._ask("POST", "/v1/articles", json=body).json()
        return found

    def corrections(self, **filters: Any) -> Iterator[Correction]:
        """What people corrected, the newest first; undone and orphaned ones as well."""
        return cast(Iterator[Correction], self._pages("/v1/corrections", filters))

    def correct_quote(self, id: str, *, reason: str, **values: Any) -> dict[str, Any]:
        """`speaker`, `medium`, `kind`, `said_on`, or `rejected=True`; the quote as it stands then. Needs scope `write`."""
        return self._correct(f"/v1/quotes/{id}", reason, values)

    def correct_attack_report(self, id: str, *, reason: str, **values: Any) -> dict[str, Any]:
        """The members to set (figures by their `id`), or `rejected=True`; the report as it stands then. Needs scope `write`."""
        return self._correct(f"/v1/attack-reports/{id}", reason, values)

    def _correct(self, path: str, reason: str, values: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self._ask("PATCH", path, json={"reason": reason, **values}).json()
        return found

    def undo_correction(self, id: str, *, reason: str) -> None:
        """The finding says again what it said without it. Needs scope `write`."""
        self._ask("DELETE", f"/v1/corrections/{id}", params={"reason": reason})

    def stream(self, *, since: int | None = None) -> Iterator[Change]:
        """Changes as they happen, for ever; connects again where it stopped. SitrepError when it is refused."""
        while True:
            try:
                for seq, change in self._listen(since):
                    since = seq
                    if change is not None:
                        yield change
            except httpx.TransportError:
                pass  # the server went away: it is asked again, and nothing is missed
            self._sleep(1.0)

    def _listen(self, since: int | None) -> Iterator[tuple[int, Change | None]]:
        """One connection: the `seq` of each event, and its change where it has one."""
        headers = {} if since is None else {"Last-Event-ID": str(since)}
        with self._http.stream("GET", "/v1/stream", headers=headers, timeout=httpx.Timeout(30.0)) as response:
            if response.status_code in _WAITED_OUT:
                self._sleep(_wait(response))
                return
            if response.status_code != 200:
                response.read()
                raise _error(response)
            fields: dict[str, str] = {}
            for line in response.iter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                    continue
                if "id" in fields:
                    told = "data" in fields and "event" not in fields
                    yield int(fields["id"]), cast(Change, json.loads(fields["data"])) if told else None
                fields = {}

    def _pages(self, path: str, filters: dict[str, Any]) -> Iterator[Any]:
        params = _params(filters)
        while True:
            page = self._ask("GET", path, params=params).json()
            yield from page["items"]
            if page["next"] is None:
                return
            params["cursor"] = page["next"]

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        for attempt in range(self._retries + 1):
            response = self._http.request(method, path, **options)
            if response.status_code not in _WAITED_OUT or attempt == self._retries:
                break
            self._sleep(_wait(response))
        if not response.is_success:
            raise _error(response)
        return response


def _params(filters: dict[str, Any]) -> dict[str, str]:
    """`from_` is `from`; true and false as JSON has them; what is None was not given."""
    given = {name.rstrip("_"): value for name, value in filters.items() if value is not None}
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in given.items()}


def _wait(response: httpx.Response) -> float:
    """Seconds to wait, as the server says; a minute at most."""
    told = response.headers.get("retry-after", "")
    return min(60.0, float(told)) if told.isdecimal() else 1.0


def _error(response: httpx.Response) -> SitrepError:
    try:
        problem = response.json()
    except ValueError:
        problem = {}
    return SitrepError(response.status_code, problem if isinstance(problem, dict) else {})
