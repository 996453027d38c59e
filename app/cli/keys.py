"""API keys: hashed at rest, shown once."""

from datetime import datetime
from typing import Annotated

import typer

from app.cli.common import engine
from app.core.errors import SitrepError

keys = typer.Typer(help="API keys: hashed at rest, shown once.", no_args_is_help=True)


@keys.command("create")
def keys_create(
    scope: Annotated[str, typer.Option(help="read, write or admin")] = "write",
    name: Annotated[str, typer.Option(help="What it is for.")] = "cli",
) -> None:
    """Print a new key, alone on stdout; it cannot be shown again."""
    from app.core.clock import utcnow
    from app.core.db import write_session
    from app.domain.vocabulary import Scope
    from app.store import keys as rows

    if scope not in list(Scope):
        raise typer.BadParameter("--scope is read, write or admin")
    with write_session(engine()) as session:
        secret = rows.create(session, scope=Scope(scope), name=name, now=utcnow())
    print(secret)


@keys.command("list")
def keys_list() -> None:
    """Prefix, scope, name and last use of every key."""
    from app.core.db import read_session
    from app.store import keys as rows

    with read_session(engine()) as session:
        for key in rows.listed(session):
            state = f"revoked {_shown(key.revoked_at)}" if key.revoked_at else f"last used {_shown(key.last_used_at)}"
            print(f"{key.prefix}…  {key.scope:<5}  {key.name}  {state}")


def _shown(at: datetime | None) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else "never"


@keys.command("revoke")
def keys_revoke(prefix: Annotated[str, typer.Argument(help="The shown prefix, or the id.")]) -> None:
    """Refuse a key from now on."""
    from app.core.clock import utcnow
    from app.core.db import write_session
    from app.store import keys as rows

    with write_session(engine()) as session:
        if not rows.revoke(session, prefix.rstrip("…"), utcnow()):
            raise SitrepError(f"no living key has the prefix {prefix}")
