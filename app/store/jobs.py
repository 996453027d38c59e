"""Jobs: enqueue with a dedupe key, claim what is due, record how it ended."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select, update

from app.domain.vocabulary import JobKind, JobState
from app.models import Job

OPEN = (JobState.QUEUED.value, JobState.RUNNING.value, JobState.RETRYING.value)


def enqueue(
    session: Session,
    kind: JobKind,
    *,
    now: datetime,
    url: str | None = None,
    payload: dict[str, Any] | None = None,
    dedupe_key: str | None = None,
    source_id: UUID | None = None,
) -> Job:
    """A new job, or the open one with the same dedupe key."""
    if dedupe_key:
        open_one = session.exec(select(Job).where(Job.dedupe_key == dedupe_key, col(Job.state).in_(OPEN))).first()
        if open_one:
            return open_one
    job = Job(
        kind=kind.value,
        url=url,
        payload=payload or {},
        dedupe_key=dedupe_key,
        source_id=source_id,
        due_at=now,
        created_at=now,
        updated_at=now,
    )
    session.add(job)
    session.flush()
    return job


def claim(session: Session, now: datetime, *, limit: int) -> list[Job]:
    """Due jobs, oldest first, marked running in this transaction."""
    waiting = (JobState.QUEUED.value, JobState.RETRYING.value)
    query = (
        select(Job)
        .where(col(Job.state).in_(waiting), Job.due_at <= now)
        .order_by(col(Job.due_at), col(Job.id))
        .limit(limit)
    )
    if session.get_bind().dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    jobs = list(session.exec(query))
    for job in jobs:
        job.state, job.attempts, job.updated_at = JobState.RUNNING.value, job.attempts + 1, now
        session.add(job)
    session.flush()
    return jobs


def finish(
    session: Session,
    job_id: UUID,
    state: JobState,
    *,
    now: datetime,
    error: str | None = None,
    article_id: UUID | None = None,
    retry_in_s: float = 0,
) -> None:
    values: dict[str, Any] = {
        "state": state.value,
        "last_error": error,
        "updated_at": now,
        "due_at": now + timedelta(seconds=retry_in_s),
    }
    if article_id is not None:
        values["article_id"] = article_id
    session.exec(update(Job).where(col(Job.id) == job_id).values(**values))


def requeue_interrupted(session: Session, now: datetime) -> int:
    """Jobs that ran when the process died run again."""
    result = session.exec(
        update(Job)
        .where(col(Job.state) == JobState.RUNNING.value)
        .values(state=JobState.QUEUED.value, due_at=now, updated_at=now)
    )
    return int(result.rowcount)


def retry(session: Session, job: Job, now: datetime) -> Job:
    """A failed or refused job from the beginning."""
    job.state, job.attempts, job.due_at, job.updated_at = JobState.QUEUED.value, 0, now, now
    session.add(job)
    session.flush()
    return job
