"""The command line as its user sees it: one clear line, exit codes, no traceback."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest


def sitrep(tmp_path: Path, *args: str, stdin: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
    own = {k: v for k, v in os.environ.items() if not k.startswith("SITREP_")}
    own |= {"SITREP_DATABASE_URL": f"sqlite:///{tmp_path}/cli.db", "COLUMNS": "120", **env}
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *args], input=stdin, capture_output=True, env=own, timeout=120
    )


def failed(done: subprocess.CompletedProcess[bytes], words: str, code: int = 1) -> None:
    error = done.stderr.decode()
    assert (done.returncode, "Traceback" in error) == (code, False), error
    assert words in error


@pytest.fixture
def migrated(tmp_path: Path) -> Path:
    assert sitrep(tmp_path, "migrate").returncode == 0
    return tmp_path


def test_migrate_twice_is_harmless(migrated: Path) -> None:
    again = sitrep(migrated, "migrate")
    assert again.returncode == 0 and b"database at revision" in again.stdout


def test_keys(migrated: Path) -> None:
    secret = sitrep(migrated, "keys", "create", "--scope", "write").stdout.decode()
    assert secret.count("\n") == 1 and secret.startswith("sk_")  # alone on stdout
    listed = sitrep(migrated, "keys", "list").stdout.decode()
    assert secret[:10] in listed and secret.strip() not in listed
    assert sitrep(migrated, "keys", "revoke", secret[:10]).returncode == 0
    failed(sitrep(migrated, "keys", "revoke", secret[:10]), "no living key")


def test_times_of_keys_are_rfc_3339(migrated: Path) -> None:
    used, unused = (sitrep(migrated, "keys", "create").stdout.decode()[:10] for _ in range(2))
    assert f"{unused}…  write  cli  last used never" in sitrep(migrated, "keys", "list").stdout.decode()
    sitrep(migrated, "keys", "revoke", used)
    listed = sitrep(migrated, "keys", "list").stdout.decode()
    assert re.search(rf"{used}…  write  cli  revoked \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n", listed)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("weapons",), "RESOURCE"),
        (("quotes", "--format", "xml"), "--format"),
        (("quotes", "--filter", "kind=loud"), "kind"),
        (("quotes", "--filter", "nonsense=1"), "nonsense"),
        (("quotes", "--filter", "kind"), "NAME=VALUE"),
        (("attack-reports", "--filter", "min=3"), "metric"),
        (("attack-reports", "--filter", "weapon=bogus"), "weapon"),
        (("articles", "--format", "geojson"), "GeoJSON"),
        (("attack-reports", "--format", "geojson", "--view", "acled"), "view"),
        (("quotes", "--cursor", "abc"), "cursor"),
    ],
)
def test_usage_of_export(migrated: Path, args: tuple[str, ...], words: str) -> None:
    failed(sitrep(migrated, "export", *args), words, 2)


def test_export_says_what_it_wrote(migrated: Path) -> None:
    done = sitrep(migrated, "export", "quotes", "-o", str(migrated / "quotes.csv"))
    size = (migrated / "quotes.csv").stat().st_size
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.decode() == f"0 rows, {size} bytes in {migrated}/quotes.csv\n"


def test_sources(migrated: Path) -> None:
    added = sitrep(migrated, "sources", "add", "https://example.org/feed").stdout.decode().strip()
    assert added in sitrep(migrated, "sources", "list").stdout.decode()
    assert sitrep(migrated, "sources", "remove", added).returncode == 0
    failed(sitrep(migrated, "sources", "remove", added), "no source")
    failed(sitrep(migrated, "sources", "add", "ftp://example.org/feed"), "Only http")


def test_extract_prints_json(tmp_path: Path) -> None:
    text = "Russian forces shelled Nikopol on September 5, killing two people, officials said."
    done = sitrep(tmp_path, "extract", "-", "--published-at", "2024-09-05", stdin=text.encode())
    answer = json.loads(done.stdout)
    assert answer["text"] == text and answer["attack_reports"][0]["occurred_to"] == "2024-09-05"


def test_ingest_a_file_and_again(migrated: Path) -> None:
    page = migrated / "page.txt"
    page.write_text(
        "Olena Marchenko said that the bridge over the river would open again on Monday morning.", encoding="utf-8"
    )
    assert sitrep(migrated, "ingest", str(page)).stdout.startswith(b"new ")
    assert sitrep(migrated, "ingest", str(page)).stdout.startswith(b"unchanged ")
    assert sitrep(migrated, "jobs").returncode == 0


def test_corrections(migrated: Path) -> None:
    from app.core.db import make_engine
    from app.core.settings import Settings
    from app.domain.vocabulary import Correctable
    from app.services.ingest import store
    from tests.services.test_corrections import correct
    from tests.store.test_save import NOW, document, findings

    engine = make_engine(Settings(database_url=f"sqlite:///{migrated}/cli.db"))
    store(engine, document(), findings(), now=NOW)
    made = correct(engine, Correctable.QUOTE, {"speaker": {"name": "a neighbour"}})
    engine.dispose()
    assert made is not None
    listed = sitrep(migrated, "corrections").stdout.decode()
    assert listed.startswith(f"{made.id}  applied   sk_editor  quote {made.resource_id}: speaker  checked")
    undo = ("corrections", "undo", str(made.id), "--reason")
    failed(sitrep(migrated, *undo, " "), "--reason", 2)
    assert b"is undone" in sitrep(migrated, *undo, "a misprint").stdout
    failed(sitrep(migrated, *undo, "again"), "undone already")
    failed(sitrep(migrated, "corrections", "undo", "zz", "--reason", "x"), "no correction has the id zz")
    failed(sitrep(migrated, "corrections", "list", "--state", "sung"), "--state", 2)
    assert sitrep(migrated, "corrections", "list", "--state", "applied").stdout == b""


@pytest.mark.parametrize(
    ("args", "words", "code"),
    [
        (("keys", "list"), "sitrep migrate", 1),  # not migrated
        (("extract", "no-such-file.txt"), "No such file", 1),
        (("extract",), "Missing argument", 2),
        (("keys", "create", "--scope", "root"), "read, write or admin", 2),
        (("frobnicate",), "No such command", 2),
        (("extract", "https://e.example/a"), "name a FILE", 2),
        (("extract", "-", "--published-at", "someday"), "someday", 2),
        (("reextract", "--since", "someday"), "--since", 2),
    ],
)
def test_errors(tmp_path: Path, args: tuple[str, ...], words: str, code: int) -> None:
    failed(sitrep(tmp_path, *args), words, code)


def test_bad_input_is_one_line(tmp_path: Path) -> None:
    failed(sitrep(tmp_path, "extract", "-", stdin=b"\x00\x01binary"), "binary")
    failed(sitrep(tmp_path, "extract", "-", stdin=b""), "no readable text")
    failed(sitrep(tmp_path, "migrate", SITREP_PORT="eighty"), "SITREP_PORT")


def test_a_port_in_use_is_one_line(migrated: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for more in ((), ("--check",)):
            failed(sitrep(migrated, "serve", *more, "--port", str(taken.getsockname()[1])), "cannot listen")
    assert not (migrated / "none.db").exists()
    free = sitrep(migrated, "serve", "--check", "--port", "0", SITREP_DATABASE_URL=f"sqlite:///{migrated}/none.db")
    assert (free.returncode, free.stdout, (migrated / "none.db").exists()) == (0, b"", False)
