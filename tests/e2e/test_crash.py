"""The short form of `make reliability`: a server that is killed again and again loses nothing and stores nothing twice."""

import random
from pathlib import Path

import pytest

from scripts.crash import crash


@pytest.mark.timeout(400)
def test_a_server_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    seed = random.SystemRandom().randint(1, 10**6)
    outcome = crash(tmp_path, briefings=20, kills=2, seed=seed, most_s=360)
    print(outcome)  # with its seed, for whoever sees it fail
    assert outcome.faults == ()
    assert outcome.kills == 2
