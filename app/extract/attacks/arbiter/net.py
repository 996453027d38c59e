"""The arbiter's network in plain numpy: two layers over the tree and the neighbours of each token, and a head for each question.

Weights are data (`arbiter.npz`, see app/extract/data/README.md); `scripts/arbiter` trains them.
"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from spacy.vectors import Vectors

from app.extract.attacks.arbiter.features import CLASSES, Features, Floats, Ints

#: the metrics of the head `number`, in the order of its outputs; the first is "none of them"
METRICS = ("none", "killed", "injured", "launched", "downed", "lost", "hit")
NEAR = 4  # tokens on either side of a mention
WINDOW = 4_000  # tokens read at a time


@functools.cache
def weights() -> Mapping[str, Floats]:
    """Names -> arrays; kept in half precision, computed in single."""
    with files("app.extract").joinpath("data/arbiter.npz").open("rb") as packed, np.load(packed) as arrays:
        return {k: v if v.dtype.kind == "U" else v.astype(np.float32) for k, v in arrays.items()}


@functools.cache
def _names() -> tuple[Mapping[str, int], ...]:
    """Class -> row of its embedding, for each kind of class; 0 is a name never seen in training."""
    return tuple({str(n): i + 1 for i, n in enumerate(weights()[f"{c}.names"])} for c in CLASSES)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as the network sees it: `tokens` (n, d), and the mean of each sentence."""

    features: Features
    tokens: Floats
    sentences: Floats

    def sentence(self, number: int) -> Floats:
        """The mean of a sentence; zeros before the first."""
        return self.sentences[number] if number >= 0 else np.zeros_like(self.sentences[0])


def read(page: Features, vectors: Vectors) -> Page:
    """The page through all layers, some thousand tokens at a time so that memory stays bounded."""
    tokens = np.vstack([_tokens(page, vectors, a, b) for a, b in windows(page.sentence)])
    return Page(page, tokens, _means(tokens, page.sentence))


def windows(sentence: Ints, *, size: int = WINDOW) -> Iterator[tuple[int, int]]:
    """[first, last) of whole sentences that together have at least `size` tokens; they cover the page."""
    starts = [*np.flatnonzero(np.diff(sentence, prepend=-1)).tolist(), len(sentence)]
    first = 0
    for start in starts[1:]:
        if start - first >= size or start == len(sentence):
            yield first, start
            first = start


def _tokens(page: Features, vectors: Vectors, a: int, b: int) -> Floats:
    w = weights()
    classes = [w[f"{c}.emb"][_rows(page.classes[k][a:b], k)] for k, c in enumerate(CLASSES)]
    rows, head = page.vector[a:b], page.head[a:b] - a
    known = np.where(rows[:, None] < 0, 0, vectors.data[rows] / 2).astype(np.float32)
    context = _linear("context", page.tensor[a:b] / np.float32(3))
    h = _relu(_linear("inp", np.concatenate([_linear("words", known), context, *classes, page.shape[a:b]], axis=1)))
    order = np.argsort(head, kind="stable")
    parents, first = np.unique(head[order], return_index=True)
    counts = np.diff(np.append(first, len(order)))[:, None].astype(np.float32)
    for layer in range(int(w["layers"][0])):
        u = np.concatenate([h, *_beside(h), h[head], _children(h, order, parents, first, counts)], axis=1)
        h = _normal(f"norm{layer}", h + _relu(_linear(f"layer{layer}", u)))
    return h


def number(page: Page, first: int, last: int) -> Floats:
    """Chances of each of METRICS for the tokens [first, last); they add up to 1."""
    z = _head("number", _mention(page, first, last))
    e = np.exp(z - z.max())
    return np.asarray(e / e.sum(), dtype=np.float32)


def place(page: Page, first: int, last: int) -> float:
    """The chance that the place named by the tokens is struck in the page's news."""
    return _sigmoid(_head("place", _mention(page, first, last)))


def scene(page: Page, first: int, last: int) -> float:
    """The chance that the sentence tells of an attack that is the page's news."""
    at = slice(first, last)
    root = next((i for i in range(first, last) if page.features.head[i] == i), first)
    k = int(page.features.sentence[first])
    own = page.tokens[at]
    z = np.concatenate([own.mean(0), own.max(0), page.tokens[root], page.sentence(k - 1), page.sentence(0)])
    return _sigmoid(_head("scene", z))


def _mention(page: Page, first: int, last: int) -> Floats:
    """The mention, its governing verb, its head, its neighbours, its sentence, the sentence before, the headline."""
    f, h = page.features, page.tokens
    k = int(f.sentence[first])
    near = h[max(0, first - NEAR) : last + NEAR].mean(0)
    parts = [h[first:last].mean(0), h[f.verb[first]], h[f.head[first]], near]
    return np.concatenate([*parts, page.sentence(k), page.sentence(k - 1), page.sentence(0)])


def _rows(names: Sequence[str], kind: int) -> Ints:
    table = _names()[kind]
    return np.array([table.get(n, 0) for n in names], dtype=np.int64)


def _beside(h: Floats) -> tuple[Floats, Floats]:
    """The left and the right neighbour of each token, zeros outside."""
    edge = np.zeros((1, h.shape[1]), dtype=np.float32)
    return np.vstack([edge, h[:-1]]), np.vstack([h[1:], edge])


def _children(h: Floats, order: Ints, parents: Ints, first: Ints, counts: Floats) -> Floats:
    """The mean of each token's children in the tree (a root is its own)."""
    out = np.zeros_like(h)
    out[parents] = np.add.reduceat(h[order], first) / counts
    return out


def _means(h: Floats, sentence: Ints) -> Floats:
    first = np.flatnonzero(np.diff(sentence, prepend=-1))
    counts = np.diff(np.append(first, len(sentence)))[:, None]
    return np.asarray(np.add.reduceat(h, first) / counts, dtype=np.float32)


def _linear(name: str, x: Floats) -> Floats:
    return np.asarray(x @ weights()[f"{name}.w"].T + weights()[f"{name}.b"], dtype=np.float32)


def _head(name: str, x: Floats) -> Floats:
    return _linear(f"{name}.out", _relu(_linear(f"{name}.in", x)))


def _relu(x: Floats) -> Floats:
    return np.maximum(x, 0)


def _normal(name: str, x: Floats) -> Floats:
    mean = x.mean(1, keepdims=True)
    spread = np.sqrt(x.var(1, keepdims=True) + 1e-5)
    return np.asarray((x - mean) / spread * weights()[f"{name}.w"] + weights()[f"{name}.b"], dtype=np.float32)


def _sigmoid(z: Floats) -> float:
    return float(1 / (1 + np.exp(-z[0])))
