"""/metrics: what Prometheus asks for. Requests by route, jobs by state, clients of the stream."""

from collections.abc import Iterator

from fastapi import Depends, FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from prometheus_fastapi_instrumentator import Instrumentator
from sqlalchemy.exc import DBAPIError

from app.api.deps import no_unknown_parameters
from app.core.db import read_session
from app.core.errors import SitrepError
from app.services.runtime import Runtime
from app.store import jobs_read

_NOT_MEASURED = ["^/metrics$", "^/healthz$", "^/readyz$", "^/v1/stream$"]  # a stream lasts as long as its client


class _Work(Collector):
    """Read when it is asked for; a database that is away leaves a gap, not an error."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def collect(self) -> Iterator[GaugeMetricFamily]:
        runtime: Runtime | None = getattr(self._app.state, "runtime", None)
        if runtime is None:  # before the start: only the names are asked for
            return
        clients = GaugeMetricFamily("sitrep_stream_clients", "Clients of the live stream of this process.")
        clients.add_metric([], runtime.stream.clients)
        yield clients
        jobs = GaugeMetricFamily("sitrep_jobs", "Jobs by state, in the whole database.", labels=["state"])
        for state, count in _jobs(runtime).items():
            jobs.add_metric([state], count)
        yield jobs


def _jobs(runtime: Runtime) -> dict[str, int]:
    try:
        with read_session(runtime.engine, budget_s=runtime.settings.query_budget_s) as session:
            return jobs_read.counts(session)
    except (SitrepError, DBAPIError):
        return {}


def install(app: FastAPI) -> None:
    """A registry of its own: two applications in one process do not mix."""
    registry = CollectorRegistry()
    registry.register(_Work(app))
    Instrumentator(registry=registry, excluded_handlers=_NOT_MEASURED, should_group_status_codes=False).instrument(
        app, metric_namespace="sitrep"
    )

    @app.get("/metrics", include_in_schema=False, dependencies=[Depends(no_unknown_parameters)])
    def get_metrics() -> Response:
        return Response(
            generate_latest(registry), media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"}
        )
