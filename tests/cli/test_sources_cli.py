"""`sitrep sources`: chosen from the catalogue, enabled and disabled, in and out as OPML."""

from pathlib import Path

from tests.cli.test_cli import failed, migrated, sitrep

__all__ = ["migrated"]


def test_from_choosing_to_removing(migrated: Path) -> None:
    lines = sitrep(migrated, "sources", "catalogue").stdout.decode().splitlines()
    assert len(lines) >= 30 and any(line.startswith("meduza-en ") for line in lines)
    assert len(sitrep(migrated, "sources", "add", "meduza-en").stdout.split()) == 1
    assert b"enabled" in sitrep(migrated, "sources", "list").stdout
    assert sitrep(migrated, "sources", "disable", "meduza-en").returncode == 0
    assert b"disabled" in sitrep(migrated, "sources", "list").stdout
    assert sitrep(migrated, "sources", "enable", "https://meduza.io/rss/en/all").returncode == 0
    assert len(sitrep(migrated, "sources", "poll", "meduza-en").stdout.split()) == 1
    assert b"poll_source" in sitrep(migrated, "jobs").stdout
    shown = sitrep(migrated, "sources", "export").stdout
    assert sitrep(migrated, "sources", "remove", "meduza-en").returncode == 0
    failed(sitrep(migrated, "sources", "remove", "meduza-en"), "meduza-en")
    assert sitrep(migrated, "sources", "import", "-", stdin=shown).stdout == b"added 1, known 0, refused 0\n"
    failed(sitrep(migrated, "sources", "import", "-", stdin=b"<html/>"), "not an OPML")
    failed(sitrep(migrated, "sources", "add", "http://127.0.0.1/feed"), "refused")
    failed(sitrep(migrated, "sources", "add", "https://e.example/", "--kind", "paper"), "--kind", 2)
    done = sitrep(migrated, "sources", "catalogue", "--add").stdout.decode()
    assert done.startswith("added ") and "known 1" in done
