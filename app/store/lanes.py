"""Which jobs are due, and in which lane they run: a lane has slots of its own, and in each the jobs of one host take turns."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlmodel import Session, col

from app.domain.vocabulary import JobKind, JobState
from app.models import Job, Source
from app.store.jobs import WAITING


class Lane(StrEnum):
    """What waits in one lane delays nothing in another."""

    POLL = "poll"  # sources that answered the last time
    PAGE = "page"
    TRIAL = "trial"  # sources that are new or failed the last time, and hosts of which a job waits to be tried again
    WEBHOOK = "webhook"


def _doubtful() -> ColumnElement[bool]:
    """Nobody knows whether it answers: let it wait among its like."""
    trying = select(col(Job.host)).where(
        col(Job.state) == JobState.RETRYING.value, col(Job.kind) != JobKind.WEBHOOK.value, col(Job.host).is_not(None)
    )
    failing = or_(col(Source.failure_count) > 0, col(Source.last_polled_at).is_(None))
    unproven = exists().where(col(Source.id) == col(Job.source_id), failing)
    return or_(col(Job.host).in_(trying), (col(Job.kind) == JobKind.POLL_SOURCE.value) & unproven)


def _lane() -> ColumnElement[str]:
    return case(
        (col(Job.kind) == JobKind.WEBHOOK.value, Lane.WEBHOOK.value),
        (_doubtful(), Lane.TRIAL.value),
        (col(Job.kind) == JobKind.POLL_SOURCE.value, Lane.POLL.value),
        else_=Lane.PAGE.value,
    )


def due(
    session: Session, now: datetime, *, per_host: int, hosts: Collection[str] | None = None
) -> list[tuple[UUID, Lane]]:
    """What may run now, the oldest first: of each host at most `per_host` in a lane, counting those that run already.

    A running one is named again, since its process may be gone; the queue takes none twice that it holds. With `hosts`
    only their jobs are looked at.
    """
    running = col(Job.state) == JobState.RUNNING.value
    # written in the future: the clock was set back since, and waiting for it could take years
    when = or_(col(Job.due_at) <= now, col(Job.updated_at) > now)
    found = select(col(Job.id), col(Job.host), col(Job.due_at), running.label("runs"), _lane().label("lane"))
    found = found.where(running | (col(Job.state).in_(WAITING) & when))
    if hosts is not None:
        found = found.where(col(Job.host).in_(hosts))
    one = found.subquery()
    first = (one.c.runs.desc(), one.c.due_at, one.c.id)
    turn = func.row_number().over(partition_by=(one.c.lane, one.c.host), order_by=first).label("turn")
    turns = select(one.c.id, one.c.lane, one.c.due_at, turn).subquery()
    query = select(turns.c.id, turns.c.lane).where(turns.c.turn <= per_host).order_by(turns.c.due_at, turns.c.id)
    return [(job_id, Lane(lane)) for job_id, lane in session.execute(query)]
