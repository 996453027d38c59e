"""A parsed page as arrays, one row a token: what the arbiter reads. Training and reading share this module."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, ENT_TYPE, HEAD, IDX, IS_SPACE, IS_TITLE, LIKE_NUM, LOWER, ORTH, POS, SENT_START
from spacy.tokens import Doc

from app.domain.document import Document, Span
from app.domain.findings import Entity
from app.domain.vocabulary import EntityKind
from app.extract.attacks.lexicon import triggers, weapons
from app.extract.attacks.numbers import numbers
from app.extract.dates import DateHit

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

#: names of the classes of a token, in the order of `Features.classes`
CLASSES = ("pos", "dep", "ent", "weapon", "trigger", "kind", "when", "size", "where")
HEADLINE_ON = tuple("012334445555")  # where a sentence stands: the headline, the lead, … the rest
#: what is read of each token in one go
_READ = [IDX, ORTH, LOWER, POS, DEP, ENT_TYPE, HEAD, SENT_START, LIKE_NUM, IS_TITLE, IS_SPACE]
_UP = 12  # steps up the tree to the governing verb


@dataclass(frozen=True, slots=True)
class Features:
    """One row a token. `vector`: row of the model's vector table, -1 where the word has none; `tensor`: the tagger's context vectors, (n, 96);
    `classes`: a list of names for each of CLASSES; `shape`: (n, 4) of unknown, like a number, title case, line break; `head`, `verb`, `sentence`: indices."""

    vector: Ints
    tensor: Floats
    classes: tuple[Sequence[str], ...]
    shape: Floats
    head: Ints
    verb: Ints
    sentence: Ints
    starts: list[int]

    def tokens(self, span: Span) -> tuple[int, int]:
        """[first, last) of the tokens that `span` covers, at least one."""
        first = max(0, bisect_right(self.starts, span.start) - 1)
        return first, max(first + 1, bisect_left(self.starts, span.end))


def features(doc: Doc, document: Document, entities: Iterable[Entity], hits: Iterable[DateHit]) -> Features:
    """The arrays of a whole page; it has at least one token."""
    text, read = document.text, doc.to_array(_READ).astype(np.int64)
    starts = read[:, 0].tolist()
    vector = _vector_rows(doc, read[:, 1], read[:, 2])
    armed = [(w.span, w.subject.value) for w in weapons(text, 0)]
    fates = [(t.span, t.metric.value) for t in triggers(text, 0)]
    named = [(m.at.span, _kind(e)) for e in entities for m in e.mentions]
    dated = [(h.span, _age(h, document)) for h in hits]
    counted = [(n.span, _size(n.low)) for n in numbers(text)]
    sentence = np.cumsum(read[:, 7] == 1)
    sentence -= sentence[0]
    classes = (
        *(_named(doc, read[:, k]) for k in (3, 4, 5)),
        *(_spread(starts, marked) for marked in (armed, fates, named, dated, counted)),
        [HEADLINE_ON[min(k, len(HEADLINE_ON) - 1)] for k in sentence.tolist()],
    )
    breaks = [i for i in np.flatnonzero(read[:, 10]).tolist() if "\n" in doc[i].text]
    shape = np.zeros((len(doc), 4), dtype=np.float32)
    shape[:, 0], shape[:, 1], shape[:, 2], shape[breaks, 3] = vector < 0, read[:, 8], read[:, 9], 1
    head = np.arange(len(doc)) + read[:, 6]
    tensor = np.asarray(doc.tensor, dtype=np.float32)
    return Features(vector, tensor, classes, shape, head, _verbs(head, classes[0]), sentence, starts)


def _vector_rows(doc: Doc, exact: Ints, lower: Ints) -> Ints:
    """Rows in the model's table, by the word as it stands, else in small letters."""
    rows = doc.vocab.vectors.key2row
    pairs = zip(exact.astype(np.uint64).tolist(), lower.astype(np.uint64).tolist(), strict=True)
    return np.array([rows[word] if word in rows else rows.get(small, -1) for word, small in pairs], dtype=np.int64)


def _named(doc: Doc, keys: Ints) -> list[str]:
    """The names of a column of spaCy's keys."""
    known = {k: doc.vocab.strings[k] if k else "" for k in np.unique(keys).astype(np.uint64).tolist()}
    return [known[k] for k in keys.astype(np.uint64).tolist()]


def _spread(starts: list[int], marked: Iterable[tuple[Span, str]]) -> list[str]:
    """The name of the last span over each token, "" outside."""
    found = [""] * len(starts)
    for span, name in marked:
        for i in range(max(0, bisect_right(starts, span.start) - 1), bisect_left(starts, span.end)):
            found[i] = name
    return found


def _size(count: int) -> str:
    return "1" if count < 2 else "2" if count < 10 else "10" if count < 100 else "100" if count < 1000 else "1000"


def _kind(entity: Entity) -> str:
    if entity.kind is not EntityKind.PLACE or entity.place is None:
        return entity.kind.value
    return f"place:{entity.place.level.value}"


def _age(hit: DateHit, document: Document) -> str:
    """How long before publication: now, week, old; "future" behind it."""
    if hit.end is None or document.published_at is None:
        return "unknown"
    days = (document.published_at.date() - hit.end).days
    return "future" if days < -1 else "now" if days <= 2 else "week" if days <= 10 else "old"


def _verbs(head: Ints, pos: Sequence[str]) -> Ints:
    """Each token's governing verb, or the root."""
    at = head.copy()
    verbal = np.array([p in ("VERB", "AUX") for p in pos])
    for _ in range(_UP - 1):
        at = np.where(verbal[at], at, head[at])
    return at
