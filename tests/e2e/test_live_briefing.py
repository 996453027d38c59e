"""The short form of the live proof: a page that is edited again and again, read with the real extractor."""

from sqlalchemy import Engine

from app.core.settings import Settings
from app.extract.pipeline import Extractor
from scripts.live_edits import live_edits


def test_every_edit_is_told_exactly(engine: Engine) -> None:
    outcome = live_edits(engine, Extractor.load(Settings().spacy_model), edits=40, seed=7)
    assert outcome.faults == ()
    assert outcome.edits == 40
    assert 10 < outcome.revisions < 41  # a third of the edits leave the text alone
    assert outcome.block_changes >= outcome.revisions - 1
    assert outcome.figure_changes > 10
