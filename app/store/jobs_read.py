"""Reading jobs."""

from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.core.errors import NotFound
from app.core.ids import parse_id
from app.domain.vocabulary import JobKind, JobState
from app.models import Job
from app.store.filters import Filter, Resource, equals
from app.store.paging import Key, ListQuery, Page, fetch_page

JOBS = Resource(
    name="jobs",
    filters=(
        Filter("state", JobState, "The state it is in.", "failed", equals("state", col(Job.state))),
        Filter("kind", JobKind, "The kind of work.", "ingest_url", equals("kind", col(Job.kind))),
    ),
    sorts={  # ids are UUIDv7: they are in the order of creation
        "-created_at": (Key(col(Job.id), True, UUID),),
        "created_at": (Key(col(Job.id), False, UUID),),
    },
)


def page(session: Session, query: ListQuery) -> Page[Job]:
    statement = JOBS.apply(session, select(Job), query.values)
    return fetch_page(session, statement, JOBS.order(query.sort), query)


def get(session: Session, job_id: str) -> Job:
    """NotFound."""
    job = session.get(Job, parse_id(job_id))
    if job is None:
        raise NotFound("There is no such job.")
    return job


def counts(session: Session) -> dict[str, int]:
    """State -> how many jobs are in it; states without a job are 0."""
    rows = session.execute(select(col(Job.state), func.count()).group_by(col(Job.state))).all()
    return {state.value: 0 for state in JobState} | {str(state): int(count) for state, count in rows}
