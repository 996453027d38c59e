"""Tokens, tags, tree and entity spans for a whole text, read in windows of paragraphs so that time and memory stay bounded."""

import functools
import re
import warnings
from collections.abc import Iterator, Sequence

import spacy
from spacy.attrs import ORTH
from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as SpacySpan

from app.domain.document import Span
from app.extract import forms  # noqa: F401  registers the component word_forms

WINDOW = 10_000  # characters; 250 KB in one piece costs 12 s and 1.2 GB


@Language.component("paragraph_starts")
def paragraph_starts(doc: Doc) -> Doc:
    """A line break always ends a sentence: headlines and bullets have no full stop."""
    words = doc.to_array(ORTH)[:-1].tolist()
    breaks = {word for word in set(words) if "\n" in doc.vocab.strings[word]}
    for at, word in enumerate(words):
        if word in breaks:
            doc[at + 1].is_sent_start = True
    return doc


@functools.cache
def load_model(name: str) -> Language:
    """The named spaCy pipeline, with sentence starts at line breaks. Raises OSError when it is not installed."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\[W095\]")
        nlp = spacy.load(name)
    nlp.add_pipe("paragraph_starts", before="parser")
    if {"attribute_ruler", "lemmatizer"} <= set(nlp.pipe_names):
        nlp.add_pipe("word_forms", after="lemmatizer")
        nlp.disable_pipes("attribute_ruler", "lemmatizer")
    return nlp


KNOWN = 60_000  # words kept between texts, some 20 MB


def cut(nlp: Language, text: str) -> list[Doc | str]:
    """The windows of `text`, cut into tokens before a memory zone opens: their words stay in the vocabulary, up to a bound; what
    a zone enters is forgotten at its end and made anew for each text. Beyond the bound the windows are left to the zone."""
    pieces = [span.of(text) for span in windows(text)]
    return [nlp.make_doc(piece) for piece in pieces] if len(nlp.vocab) < KNOWN else list(pieces)


def paragraphs(text: str) -> tuple[Span, ...]:
    """Non-empty lines of `text`, trimmed, in order."""
    found, start = [], 0
    for end in [m.start() for m in re.finditer(r"\n", text)] + [len(text)]:
        line = text[start:end]
        if line.strip():
            lead = len(line) - len(line.lstrip())
            found.append(Span(start + lead, start + len(line.rstrip())))
        start = end + 1
    return tuple(found)


def windows(text: str, *, size: int = WINDOW) -> Iterator[Span]:
    """Consecutive spans that cover `text` exactly, cut at a line break, else at a space, else hard."""
    start = 0
    while len(text) - start > size:
        cut = max(text.rfind("\n", start, start + size), -1) + 1
        if cut <= start:
            cut = text.rfind(" ", start, start + size) + 1
        if cut <= start:
            cut = start + size
        yield Span(start, cut)
        start = cut
    if start < len(text) or start == 0:
        yield Span(start, len(text))


_CLOSING = (".", "!", "?", ":", "”", '"', "’", "…", ")")


def sentences(doc: Doc) -> Iterator[SpacySpan]:
    """The parser's sentences, joined where it broke one without a full stop or line break ("Russian | forces shelled …")."""
    start = 0
    for sent in doc.sents:
        last = next((t for t in reversed(sent) if not t.is_space), None)
        closed = "\n" in sent[-1].text or (last is not None and last.text.endswith(_CLOSING))
        if closed or sent.end - start > 120 or sent.end == len(doc):
            yield doc[start : sent.end]
            start = sent.end


def parse(nlp: Language, text: str, pieces: Sequence[Doc | str] | None = None) -> Doc:
    """One Doc over the whole text: `token.idx` is an offset into `text`, whatever the windows were. `pieces`: what `cut` gave."""
    docs = list(nlp.pipe(cut(nlp, text) if pieces is None else pieces))
    doc = docs[0] if len(docs) == 1 else Doc.from_docs(docs, ensure_whitespace=False)
    assert doc is not None
    if doc.text != text:
        raise AssertionError("windows do not add up to the text")
    return doc
