"""Word class, morphology and lemma of each token, read once per (word, tag, dependency) and remembered between texts."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, cast

from spacy.attrs import DEP, ORTH, TAG
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler, Lemmatizer
from spacy.tokens import Doc, MorphAnalysis, Token

REMEMBERED = 100_000  # words. A full memory is emptied, not sorted by age
_GAP = "x"  # stands between words that are read together, so that no pattern sees two of them as neighbours

_OTHER = -1  # any dependency that no pattern names

Key = tuple[int, int, int]


class Form(NamedTuple):
    """What the attribute ruler and the lemmatiser say of a word. The lemma is a string: spaCy forgets a text's new hashes after it."""

    pos: int
    morph: MorphAnalysis
    lemma: str
    space: tuple[int, int] | None  # tag and dependency, which the ruler sets for white space only


Pattern = list[dict[str, Any]]


def _patterns(ruler: AttributeRuler) -> list[Pattern]:
    """Every pattern of the ruler: one dictionary a token."""
    return [pattern for entry in ruler.patterns for pattern in cast(list[Pattern], entry["patterns"])]


def _named_deps(patterns: list[Pattern]) -> set[str]:
    """The dependencies that a pattern mentions; all others are alike to the ruler."""
    found: set[str] = set()
    for deps in (token["DEP"] for pattern in patterns for token in pattern if "DEP" in token):
        found.update([deps] if isinstance(deps, str) else (d for value in deps.values() for d in value))
    return found


def _form(token: Token) -> Form:
    return Form(token.pos, token.morph, token.lemma_, (token.tag, token.dep) if token.is_space else None)


def _set(token: Token, form: Form) -> None:
    token.pos, token.morph, token.lemma_, space = form
    if space is not None:
        token.tag, token.dep = space


class WordForms:
    """The attribute ruler and the lemmatiser of a pipeline with a memory: the same result in less time."""

    def __init__(self, ruler: AttributeRuler, lemmatizer: Lemmatizer) -> None:
        self._ruler, self._lemmatizer = ruler, lemmatizer
        patterns = _patterns(ruler)
        self._deps = {ruler.vocab.strings.add(d) for d in _named_deps(patterns)}
        self._neighbours = Matcher(ruler.vocab)  # "there is", "gon na"
        if long := [p for p in patterns if len(p) > 1]:
            self._neighbours.add("neighbours", long)
        self._known: dict[Key, Form] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Sets `pos`, `morph` and `lemma` of every token, and the tag and dependency of white space."""
        if len(self._known) > REMEMBERED - len(doc):
            self._known.clear()
        deps, known = self._deps, self._known
        read = doc.to_array([ORTH, TAG, DEP]).tolist()
        pairs = [
            (t, (orth, tag, dep if dep in deps else _OTHER)) for t, (orth, tag, dep) in zip(doc, read, strict=True)
        ]
        if new := {key: token for token, key in pairs if key not in known}:
            self._learn(new)
        matches = self._neighbours(doc, allow_missing=True)
        together = [(start, self._read([doc[start:end]])) for _id, start, end in matches]
        for token, key in pairs:
            _set(token, known[key])
        for start, forms in together:
            for token, form in zip(doc[start:], forms, strict=False):
                _set(token, form)
        return doc

    def _learn(self, new: dict[Key, Token]) -> None:
        self._known.update(zip(new, self._read([[token] for token in new.values()]), strict=True))

    def _read(self, groups: Sequence[Iterable[Token]]) -> list[Form]:
        """The forms of all words of `groups`; only words of one group count as neighbours."""
        words = [word for group in groups for word in (*group, None)]
        doc = Doc(self._ruler.vocab, words=[_GAP if word is None else word.text for word in words])
        for token, word in zip(doc, words, strict=True):
            if word is None:
                token.tag_ = "NN"
            else:
                token.tag, token.dep = word.tag, word.dep
        self._lemmatizer(self._ruler(doc))
        return [_form(token) for token, word in zip(doc, words, strict=True) if word is not None]


@Language.factory("word_forms")
def word_forms(nlp: Language, name: str) -> WordForms:
    """Takes the place of the pipeline's attribute ruler and lemmatiser."""
    ruler, lemmatizer = nlp.get_pipe("attribute_ruler"), nlp.get_pipe("lemmatizer")
    return WordForms(cast(AttributeRuler, ruler), cast(Lemmatizer, lemmatizer))
