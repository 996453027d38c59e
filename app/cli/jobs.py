"""Jobs as an operator sees them."""

from typing import Annotated

import typer

from app.cli.common import engine
from app.core.errors import SitrepError

jobs = typer.Typer(help="Jobs: what was and will be fetched or extracted.", invoke_without_command=True)


@jobs.callback()
def jobs_latest(context: typer.Context) -> None:
    """Without a verb: the latest jobs."""
    if context.invoked_subcommand is None:
        jobs_list()


@jobs.command("list")
def jobs_list(
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    state: Annotated[str | None, typer.Option(help="queued, running, retrying, succeeded, failed or refused")] = None,
) -> None:
    """The latest jobs with their state and last error."""
    from app.core.db import read_session
    from app.domain.vocabulary import JobState
    from app.store import jobs_read
    from app.store.paging import ListQuery

    if state is not None and state not in list(JobState):
        raise typer.BadParameter(f"--state is one of {', '.join(JobState)}")
    query = ListQuery("jobs", {"state": state} if state else {}, limit=limit)
    with read_session(engine()) as session:
        for job in jobs_read.page(session, query).items:
            print(f"{job.id}  {job.state:<9}  {job.kind:<11}  {job.url or ''}  {job.last_error or ''}".rstrip())


@jobs.command("show")
def jobs_show(job_id: str) -> None:
    """Everything that is known of one job, as JSON."""
    from app.core.db import read_session
    from app.core.errors import NotFound
    from app.store import jobs_read

    with read_session(engine()) as session:
        try:
            print(jobs_read.get(session, job_id).model_dump_json(indent=1))
        except NotFound:
            raise SitrepError(f"no job has the id {job_id}") from None


@jobs.command("retry")
def jobs_retry(
    job_id: Annotated[str | None, typer.Argument(help="One job; without it say --failed.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Every failed job (not the refused ones).")] = False,
) -> None:
    """Try a failed or refused job again, from the beginning."""
    from app.core.clock import utcnow
    from app.core.db import write_session
    from app.core.errors import NotFound
    from app.store import jobs as rows
    from app.store import jobs_read

    if (job_id is None) != failed:
        raise typer.BadParameter("name one job, or say --failed")
    with write_session(engine()) as session:
        if job_id is None:
            print(f"{rows.retry_failed(session, utcnow())} jobs will be tried again")
            return
        try:
            rows.retry(session, jobs_read.get(session, job_id), utcnow())
        except NotFound:
            raise SitrepError(f"no job has the id {job_id}") from None
        print(f"{job_id} will be tried again")
