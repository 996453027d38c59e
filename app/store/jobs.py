"""Jobs: enqueue with a dedupe key, take, record how it ended. What is due: lanes.py."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import and_, text
from sqlmodel import Session, col, select, update

from app.core.db import dialect_of, insert_ignoring
from app.core.errors import Conflict
from app.core.ids import new_id
from app.domain.vocabulary import JobKind, JobState
from app.models import Job

_SWEEP_LOCK = 0x5174_7265_7002
WAITING = (JobState.QUEUED.value, JobState.RETRYING.value)
OPEN = (*WAITING, JobState.RUNNING.value)


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
    """A new job, or the open one with the same dedupe key, also when two ask at once (a partial unique index holds it)."""
    values: dict[str, Any] = {
        "id": new_id(),
        "kind": kind.value,
        "url": url,
        "host": host_of(url),
        "payload": payload or {},
        "dedupe_key": dedupe_key,
        "state": JobState.QUEUED.value,
        "attempts": 0,
        "source_id": source_id,
        "due_at": now,
        "created_at": now,
        "updated_at": now,
    }
    session.execute(insert_ignoring(session, Job).values(**values).on_conflict_do_nothing())
    same = (
        and_(col(Job.dedupe_key) == dedupe_key, col(Job.state).in_(OPEN)) if dedupe_key else col(Job.id) == values["id"]
    )
    return session.exec(select(Job).where(same)).one()


def host_of(url: str | None) -> str | None:
    """Host and port, lower case; None for what has none."""
    try:
        return urlsplit(url or "").netloc.rpartition("@")[2].lower() or None
    except ValueError:
        return None


def only_sweeper(session: Session) -> bool:
    """False when another process sweeps at this moment (its transaction holds the lock); always true on SQLite."""
    if dialect_of(session) != "postgresql":
        return True
    return bool(session.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _SWEEP_LOCK}).scalar_one())


def take(session: Session, job_id: UUID, now: datetime) -> Job | None:
    """The job, marked running; None when there is nothing to do. One that runs already lost its process: it starts again."""
    query = select(Job).where(Job.id == job_id, col(Job.state).in_(OPEN)).with_for_update()
    job = session.exec(query).first()
    if job is None or (job.state in WAITING and job.updated_at <= now < job.due_at):
        return None
    job.state, job.attempts, job.updated_at = JobState.RUNNING.value, job.attempts + 1, now
    session.add(job)
    session.flush()
    return job


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
    if state is JobState.SUCCEEDED:
        values["payload"] = {}  # a posted text is in its article now
    if article_id is not None:
        values["article_id"] = article_id
    open_still = col(Job.state) != JobState.SUCCEEDED.value  # whoever was thought gone may come late: done stays done
    session.exec(update(Job).where(col(Job.id) == job_id, open_still).values(**values))


def retry(session: Session, job: Job, now: datetime) -> Job:
    """A failed or refused job from the beginning. Conflict for any other, and when the same work waits already."""
    if job.state not in (JobState.FAILED.value, JobState.REFUSED.value):
        raise Conflict("Only a failed or refused job can be tried again.")
    same = select(Job.id).where(Job.dedupe_key == job.dedupe_key, col(Job.state).in_(OPEN))
    if job.dedupe_key and session.exec(same).first():
        raise Conflict("The same work is waiting already.")
    job.state, job.attempts, job.due_at, job.updated_at = JobState.QUEUED.value, 0, now, now
    session.add(job)
    session.flush()
    return job


def retry_failed(session: Session, now: datetime) -> int:
    """Every failed job again, but those whose work waits already; how many."""
    again = 0
    for job in list(session.exec(select(Job).where(Job.state == JobState.FAILED.value).order_by(col(Job.id).desc()))):
        try:
            retry(session, job, now)
        except Conflict:
            continue  # the same work was asked for again since
        again += 1
    return again
