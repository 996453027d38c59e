"""The feed corpus in short form (every tenth file); `make reliability` reads all of it."""

import warnings
from pathlib import Path

import pytest

from scripts.feeds import SLOW_S, _read


@pytest.mark.needs("eval")
def test_no_feed_raises_or_hangs(eval_dir: Path) -> None:
    import time

    files = sorted(p for p in (eval_dir / "feeds").rglob("*") if p.suffix in (".xml", ".json"))
    assert len(files) > 3000
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in files[::10]:
            start = time.process_time()
            result, _ = _read(path.read_bytes())
            assert not result.startswith("raised"), path
            assert time.process_time() - start < SLOW_S, path
