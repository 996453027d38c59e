"""A PostgreSQL server of one's own on a free port, for tests and measurements."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


def binaries() -> Path | None:
    """Where the newest PostgreSQL's programs are; None when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) if Path("/usr/lib/postgresql").exists() else []
    return found[-1].parent if found else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as_postgres(*command: str) -> None:
    """PostgreSQL refuses root: its programs run as user postgres there."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, capture_output=True, timeout=60)


@contextlib.contextmanager
def server(*, safe: bool = False) -> Iterator[str]:
    """Yields the URL of its maintenance database; `safe` waits for the disk at each commit, as in use."""
    programs = binaries()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="sitrep-pg-"))
    with contextlib.suppress(LookupError, PermissionError):
        shutil.chown(folder, "postgres", "postgres")
    port, data = free_port(), str(folder / "data")
    _as_postgres(str(programs / "initdb"), "-D", data, "-U", "sitrep", "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync={'on' if safe else 'off'}"
    _as_postgres(str(programs / "pg_ctl"), "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql+psycopg://sitrep@127.0.0.1:{port}/postgres"
    finally:
        _as_postgres(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
