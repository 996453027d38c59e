"""Word forms remembered between texts are those of spaCy's own attribute ruler and lemmatiser."""

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from app.extract import forms
from tests.extract.conftest import MODEL

TEXTS = (
    "There is no way out. There's a war; there are two.",  # the ruler looks at "there" to make "is" a verb
    "I'm gonna go. You gotta see. Let's go. Y'all ain't here. C'm on. It ain't so.",  # patterns over two words
    "Russia launched 12 drones.\n\n  Air defences downed ten \t of them.",  # white space gets its tag and dependency
    "That was the raid that nobody saw. Which drones? It hit it, you saw you, I saw I.",  # forms by dependency
    "He has had to have it done, and she does what she did.",
    "xqzzing the Frobnicated уламки 😀 3.5km",  # words in no table
    "",
)
WORDS = sorted({word for text in TEXTS for word in text.split()})


@pytest.fixture(scope="module")
def plain():
    return spacy.load(MODEL)


def _forms(doc):
    return [(t.text, t.tag_, t.pos_, str(t.morph), t.lemma_, t.dep_) for t in doc]


def _same(nlp, plain, text):
    """Both read the same tagged and parsed text; sentences at line breaks are ours alone, hence one Doc for both."""
    with nlp.select_pipes(disable=["word_forms", "ner"]):
        ours, theirs = nlp(text), nlp(text)
    theirs = plain.get_pipe("lemmatizer")(plain.get_pipe("attribute_ruler")(_over(plain, theirs)))
    assert _forms(nlp.get_pipe("word_forms")(ours)) == _forms(theirs)


def _over(plain, doc):
    return spacy.tokens.Doc(plain.vocab).from_bytes(doc.to_bytes())


@pytest.mark.parametrize("text", TEXTS)
def test_forms_are_those_of_the_stock_pipeline(nlp, plain, text):
    _same(nlp, plain, text)
    _same(nlp, plain, text)  # from memory


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_the_order_of_words_and_texts_does_not_matter(nlp, plain, words):
    _same(nlp, plain, " ".join(words))


def test_lemmas_outlive_the_text_they_were_first_seen_in(nlp):
    """spaCy drops a text's new strings when its memory zone ends; a remembered hash would point nowhere."""
    told = []
    for _ in range(2):
        with nlp.memory_zone():
            told.append([t.lemma_ for t in nlp("Zorblaxes zorblaxed.")])
    assert told[0] == told[1]
    assert all(told[0])


def test_a_full_memory_starts_again(nlp, plain, monkeypatch):
    monkeypatch.setattr(forms, "REMEMBERED", 5)
    for text in TEXTS:
        _same(nlp, plain, text)
        assert len(nlp.get_pipe("word_forms")._known) <= max(5, len(nlp.tokenizer(text)))
