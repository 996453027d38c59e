"""The one error tree: each class knows its HTTP status, its problem type (a slug) and its title.

`detail` is written by us and safe to show to a client. The names are those of the situation, so they carry no suffix.
"""

# ruff: noqa: N818

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, ClassVar


class SitrepError(Exception):
    """Anything that is expected to go wrong. `detail` never holds rejected input, SQL or exception text."""

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Something went wrong on our side"
    retryable: ClassVar[bool] = False  # may the same job be tried again later?

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = [dict(error) for error in errors]  # 422: {loc, msg, type}
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})  # further members of the problem document

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive the way home from a child process: keyword arguments are lost by the default."""
        return partial(type(self), self.detail, errors=self.errors, headers=self.headers, extra=self.extra), ()


def in_words(error: Exception) -> str:
    """A failure as a sentence for a job or a source; what nobody expected is told by the log alone."""
    return str(error) if isinstance(error, SitrepError) else "A defect of ours; the server's log has the details."


class ConfigError(SitrepError):
    """A setting is missing or wrong; the start is refused with the variable's name."""

    slug = "bad-configuration"
    title = "The configuration is not valid"


# --- 400: what was sent cannot be read at all


class BadRequest(SitrepError):
    status = 400
    slug = "bad-request"
    title = "The request cannot be understood"


class MalformedBody(BadRequest):
    slug = "malformed-body"
    title = "The body is not valid JSON in UTF-8"


class MalformedQuery(BadRequest):
    slug = "malformed-query"
    title = "The query string is not valid UTF-8"


class MalformedXml(BadRequest):
    slug = "malformed-xml"
    title = "The body is not well-formed XML"


class BadCursor(BadRequest):
    slug = "bad-cursor"
    title = "The cursor does not belong to this list, filter and order"


# --- 401, 403: who asks


class Unauthorized(SitrepError):
    status = 401
    slug = "unauthorized"
    title = "A valid API key is needed"

    def __init__(self, detail: str | None = None, **options: Any) -> None:
        super().__init__(detail, **options)
        self.headers.setdefault("WWW-Authenticate", 'Bearer realm="sitrep"')


class Forbidden(SitrepError):
    status = 403
    slug = "forbidden"
    title = "The API key lacks the scope for this"


# --- 404 to 410: what is asked for


class NotFound(SitrepError):
    status = 404
    slug = "not-found"
    title = "There is no such thing here"


class MethodNotAllowed(SitrepError):
    status = 405
    slug = "method-not-allowed"
    title = "This method is not offered here"


class NotAcceptable(SitrepError):
    status = 406
    slug = "not-acceptable"
    title = "The answer has no form that the request accepts"


class Conflict(SitrepError):
    status = 409
    slug = "conflict"
    title = "The request conflicts with the present state"


class Gone(SitrepError):
    status = 410
    slug = "gone"
    title = "It is no longer served"


class Withdrawn(Gone):
    slug = "withdrawn"
    title = "The article was withdrawn"

    @classmethod
    def because(cls, reason: str | None, at: datetime) -> "Withdrawn":
        """With the reason that whoever withdrew it gave, and the time (UTC)."""
        return cls(reason, extra={"withdrawn_at": at.isoformat().replace("+00:00", "Z")})


class Superseded(Gone):
    slug = "superseded"
    title = "The finding was superseded by a later revision or extraction"


class Rejected(Gone):
    slug = "rejected"
    title = "An editor rejected the finding"


class PreconditionFailed(SitrepError):
    status = 412
    slug = "precondition-failed"
    title = "It changed since you read it"


# --- 413 to 429: the input


class TooLarge(SitrepError):
    status = 413
    slug = "too-large"
    title = "The content is larger than the limit"


class UnsupportedMediaType(SitrepError):
    status = 415
    slug = "unsupported-media-type"
    title = "The media type is not accepted"


class Unprocessable(SitrepError):
    status = 422
    slug = "unprocessable"
    title = "A value is not acceptable"


class EmptyText(Unprocessable):
    """Nothing readable is left after cleaning."""

    slug = "empty-text"
    title = "There is no readable text in this document"


class PoisonDocument(Unprocessable):
    """The text killed or exhausted the process that read it; it would do so again."""

    slug = "poison-document"
    title = "The document cannot be processed"


class TooManyRequests(SitrepError):
    status = 429
    slug = "too-many-requests"
    title = "Too many requests"


# --- 501, 503: our side


class NotAvailable(SitrepError):
    status = 501
    slug = "not-available"
    title = "This server was installed without that feature"


class Unavailable(SitrepError):
    status = 503
    slug = "unavailable"
    title = "The service cannot answer at present"
    retryable = True


class NotMigrated(Unavailable):
    slug = "not-migrated"
    title = "The database has not been migrated; run `sitrep migrate`"
    retryable = False


class ShuttingDown(Unavailable):
    slug = "shutting-down"
    title = "The server is shutting down"


class Busy(Unavailable):
    """All slots are taken and the waiting room is full."""

    slug = "busy"
    title = "The server is busy"


class BudgetExceeded(Unavailable):
    slug = "budget-exceeded"
    title = "The query or extraction took longer than its budget"


class DiskFull(Unavailable):
    slug = "disk-full"
    title = "The database's disk is full; nothing was stored"


class DatabaseUnavailable(Unavailable):
    slug = "database-unavailable"
    title = "The database cannot be reached"


# --- the outside world (seen in jobs and in a source's health)


class FetchError(SitrepError):
    """The page or feed could not be had."""

    status = 502
    slug = "fetch-failed"
    title = "The page could not be fetched"
    retryable = True


class FetchTimeout(FetchError):
    slug = "fetch-timeout"
    title = "The site did not answer in time"


class FetchStatus(FetchError):
    """An HTTP status other than 200 or 304 which may pass (429, 5xx)."""

    slug = "fetch-status"
    title = "The site answered with an error"


class FetchGone(FetchError):
    """404, 410, 451 …: asking again does not help."""

    slug = "fetch-gone"
    title = "The page is not there"
    retryable = False


class FetchRefused(FetchError):
    """The address is private, the scheme foreign, or robots.txt says no: we do not ask."""

    status = 422
    slug = "fetch-refused"
    title = "The address is refused"
    retryable = False


class FetchTooLarge(FetchError):
    status = 413
    slug = "fetch-too-large"
    title = "The page is larger than the limit"
    retryable = False


class UnreadablePage(SitrepError):
    """Fetched, but not a briefing or a feed: empty, binary, unknown type."""

    status = 422
    slug = "unreadable-page"
    title = "No text could be read from the page"
