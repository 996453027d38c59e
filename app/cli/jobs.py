"""Jobs as an operator sees them."""

from typing import Annotated

import typer

from app.cli.common import engine


def jobs(limit: Annotated[int, typer.Option(min=1, max=1000)] = 20) -> None:
    """The latest jobs with their state and last error."""
    from sqlmodel import col, select

    from app.core.db import read_session
    from app.models import Job

    with read_session(engine()) as session:
        for job in session.exec(select(Job).order_by(col(Job.created_at).desc(), col(Job.id).desc()).limit(limit)):
            print(f"{job.id}  {job.state:<9}  {job.kind:<11}  {job.url or ''}  {job.last_error or ''}".rstrip())
