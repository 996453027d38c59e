"""Corrections as an operator sees them."""

from typing import Annotated

import typer

from app.cli.common import engine
from app.core.errors import SitrepError

corrections = typer.Typer(
    help="Corrections by people: who changed what, and taking it back.", invoke_without_command=True
)


@corrections.callback()
def corrections_latest(context: typer.Context) -> None:
    """Without a verb: the latest corrections."""
    if context.invoked_subcommand is None:
        corrections_list()


@corrections.command("list")
def corrections_list(
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    state: Annotated[str | None, typer.Option(help="applied, partial, orphaned or undone")] = None,
) -> None:
    """The latest corrections: id, state, who, what, why."""
    from app.core.db import read_session
    from app.domain.vocabulary import CorrectionState
    from app.store import corrections as rows
    from app.store.paging import ListQuery

    if state is not None and state not in list(CorrectionState):
        raise typer.BadParameter(f"--state is one of {', '.join(CorrectionState)}")
    query = ListQuery("corrections", {"state": state} if state else {}, limit=limit)
    with read_session(engine()) as session:
        for one in rows.page(session, query).items:
            what = ", ".join(one.after)
            print(f"{one.id}  {one.state:<8}  {one.by}  {one.resource} {one.resource_id}: {what}  {one.reason}")


@corrections.command("undo")
def corrections_undo(
    correction_id: str, reason: Annotated[str, typer.Option(help="Why; it stays in the record.")]
) -> None:
    """The finding says again what it said without this correction."""
    from app.core.clock import utcnow
    from app.core.db import write_session
    from app.core.errors import NotFound
    from app.services import corrections as service

    if not 1 <= len(reason.strip()) <= 500:
        raise typer.BadParameter("--reason has 1 to 500 characters")
    with write_session(engine()) as session:
        try:
            service.undo(session, correction_id, by="cli", reason=reason, now=utcnow())
        except NotFound:
            raise SitrepError(f"no correction has the id {correction_id}") from None
        print(f"{correction_id} is undone")
