"""The texts that clients post: what a body may hold, and the limits on it."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from app.core.clock import utcnow
from app.core.errors import TooLarge
from app.core.settings import Settings
from app.services.posted import Posted

_SURROGATE = re.compile("[\ud800-\udfff]")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_AHEAD = timedelta(days=1)


def _clean(value: str) -> str:
    """Refuses what no database can store."""
    if "\0" in value:
        raise ValueError("NUL is not allowed")
    if _SURROGATE.search(value):
        raise ValueError("lone surrogates are not allowed")
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("there is no text in it")
    return value


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value.strip())
        named = bool(parts.hostname)
        _ = parts.port
    except ValueError:
        raise ValueError("not a URL") from None
    if parts.scheme.lower() not in ("http", "https") or not named:
        raise ValueError("only http and https URLs with a host are accepted")
    return value.strip()


def _moment(value: Any) -> datetime:
    """A date or RFC 3339 time as aware UTC, not more than a day ahead."""
    if not isinstance(value, str):
        raise ValueError("a date or an RFC 3339 time, as a string")
    try:
        if _DATE.fullmatch(value):
            found = datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
        elif _RFC3339.fullmatch(value):
            found = datetime.fromisoformat(value.upper()).astimezone(UTC)
        else:
            raise ValueError
    except (ValueError, OverflowError):
        raise ValueError("a date (2025-03-03) or an RFC 3339 time with its zone (2025-03-03T08:15:00Z)") from None
    if found > utcnow() + _AHEAD:
        raise ValueError("more than a day ahead")
    if found.year < 1900:
        raise ValueError("before 1900")
    return found


Words = Annotated[str, AfterValidator(_clean), AfterValidator(_not_blank)]
Title = Annotated[Words, Field(max_length=1000)]
WebAddress = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_clean), AfterValidator(_web_address)]
_MOMENT_SCHEMA = {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}
Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema(_MOMENT_SCHEMA)]
_TEXT = Field(None, description="Plain text; paragraphs are lines. At most 200,000 characters.")
_HTML = Field(None, description="A whole page; the article is taken out of it. At most 2 MB in UTF-8.")
_TITLE = Field(None, description="The headline, if the text lacks it.")
_MOMENT = Field(
    None,
    description="A date (its midnight in UTC) or an RFC 3339 time, at most a day ahead. "
    "Weekdays and days without a year are resolved against it.",
)
_NULL = {"type": "null"}


def _only(name: str, *, not_: str) -> dict[str, Any]:
    """One alternative of a body, as JSON Schema."""
    return {"required": [name], "properties": {name: {"type": "string"}, not_: _NULL}}


_FETCH: dict[str, Any] = {
    "required": ["url"],
    "properties": {"url": {"type": "string"}} | dict.fromkeys(("text", "html", "title", "published_at"), _NULL),
}


class Content(BaseModel):
    """What is known of a text, and the text itself."""

    text: Words | None = _TEXT
    html: Words | None = _HTML
    title: Title | None = _TITLE
    url: WebAddress | None = None
    published_at: Moment | None = _MOMENT

    @property
    def posted(self) -> Posted:
        return Posted(self.text, self.html, self.url, self.title, self.published_at)

    @property
    def content(self) -> str:
        """The name of the field that is read."""
        return next((name for name in ("text", "html") if getattr(self, name) is not None), "url")


class ExtractIn(Content):
    """Exactly one of `text` and `html`."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"oneOf": [_only("text", not_="html"), _only("html", not_="text")]}
    )

    url: WebAddress | None = Field(None, description="Where it was published. It is not fetched.")

    @model_validator(mode="after")
    def _one_content(self) -> "ExtractIn":
        if (self.text is None) == (self.html is None):
            raise ValueError("give exactly one of `text` and `html`")
        return self


class ArticleIn(Content):
    """Either `url` alone, to have it fetched, or one of `text` and `html` with what is known of it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"oneOf": [_only("text", not_="html"), _only("html", not_="text"), _FETCH]},
    )

    url: WebAddress | None = Field(None, description="Alone: the page to fetch. With a text: where that was published.")

    @model_validator(mode="after")
    def _one_content(self) -> "ArticleIn":
        if self.text is not None and self.html is not None:
            raise ValueError("give only one of `text` and `html`")
        if self.content == "url":
            self._url_alone()
        return self

    def _url_alone(self) -> None:
        if self.url is None:
            raise ValueError("give one of `text`, `html` and `url`")
        if self.title is not None or self.published_at is not None:
            raise ValueError("a fetched page states its own title and time; give `url` alone")


def check_size(settings: Settings, body: Content) -> None:
    """TooLarge when the text or page is over its own limit."""
    if body.text is not None and len(body.text) > settings.max_text_chars:
        raise TooLarge(f"A text may have {settings.max_text_chars} characters at most.")
    if body.html is not None and len(body.html.encode()) > settings.max_html_bytes:
        raise TooLarge(f"A page may have {settings.max_html_bytes} bytes at most.")
