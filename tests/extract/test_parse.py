"""Windows add up to the text, whatever it is."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.extract.parse import paragraphs, parse, windows


@given(st.text(st.sampled_from("ab \nй"), max_size=400), st.integers(1, 40))
def test_windows_cover_the_text_exactly(text, size):
    pieces = list(windows(text, size=size))
    assert "".join(p.of(text) for p in pieces) == text
    assert all(p.end - p.start <= size for p in pieces)


def test_windows_cut_at_line_breaks_first():
    assert [p.of("one two\nthree four") for p in windows("one two\nthree four", size=12)] == ["one two\n", "three four"]


def test_paragraphs_are_trimmed_lines():
    text = " one \n\n\ttwo"
    assert [p.of(text) for p in paragraphs(text)] == ["one", "two"]


@pytest.mark.parametrize("text", ["", "\n", "One.\nTwo.", "Kyiv stood. " * 1200])
def test_offsets_are_those_of_the_whole_text(nlp, text):
    doc = parse(nlp, text)
    assert all(text[t.idx : t.idx + len(t)] == t.text for t in doc)


def test_words_stay_in_the_vocabulary_up_to_a_bound(nlp, monkeypatch):
    """Tokens cut before the zone are those cut within it; beyond the bound nothing is kept."""
    from app.extract import parse as module

    text = "Quorvania's 31 drozzles hit Wexmoor.\n\nNobody was hurt."
    pieces = module.cut(nlp, text)
    with nlp.memory_zone():
        known = [(t.text, t.idx, t.tag_) for t in module.parse(nlp, text, pieces)]
    assert "Quorvania" in nlp.vocab
    monkeypatch.setattr(module, "KNOWN", 0)
    pieces = module.cut(nlp, "Zwebbles " + text)
    with nlp.memory_zone():
        module.parse(nlp, "Zwebbles " + text, pieces)
        again = [(t.text, t.idx, t.tag_) for t in module.parse(nlp, text, module.cut(nlp, text))]
    assert again == known
    assert "Zwebbles" not in nlp.vocab


def test_numpy_keeps_to_one_thread():
    """The service loads numpy through `app.extract` first: a second thread spins and doubles the CPU time."""
    code = (
        "import os, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'numpy':\n"
        "            print(os.environ.get('OPENBLAS_NUM_THREADS'))\n"
        "            sys.meta_path.remove(self)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "import app.cli, app.main\n"
    )
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["1"]
