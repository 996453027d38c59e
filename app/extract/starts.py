"""Where patterns can begin: tables of patterns are tried only at words that open like one of their matches.

A search tries every alternative at every letter of a text; most words open none. The first letters of all that a pattern matches are
read from the pattern itself, so a gate cannot be forgotten when a table grows. What the reading does not know counts as "anything".
"""

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

WIDTHS = (4, 2, 1)  # letters that are looked up; a shorter beginning is cut to the next of them
_MOST = 3_000  # beginnings of one pattern; where there are more, their first letters do
_LONG_RANGE = 600
_OTHER = "\0"  # stands for any letter that is not ASCII: case knows odd pairs there, so every pattern is tried at such a word
_NOT_ASCII = re.compile(r"[^\W\x00-\x7f]")
_WORD_OR_MARK = re.compile(r"\w+|[^\w\s]")


class _Heads(NamedTuple):
    """Beginnings in lower case: `going` end with the pattern, `cut` are followed by what nobody knows."""

    going: frozenset[str]
    cut: frozenset[str]


_NOTHING = _Heads(frozenset({""}), frozenset())
_ANYTHING = _Heads(frozenset(), frozenset({""}))
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)


def _joined(first: _Heads, then: _Heads) -> _Heads:
    """One after the other; where that makes too many, what stands first is enough."""
    width, alone = WIDTHS[0], {""} & first.going
    if len(first.going) > 1 and len(first.going) * (len(then.going) + len(then.cut)) > _MOST:
        kept = then if alone else _Heads(frozenset(), frozenset())
        return _Heads(kept.going, first.cut | (first.going - alone) | kept.cut)
    going = {(a + b)[:width] for a, b in product(first.going, then.going)}
    full = {head for head in going if len(head) == width}
    cut = {(a + b)[:width] for a, b in product(first.going, then.cut)}
    return _Heads(frozenset(going - full), first.cut | full | cut)


def _either(heads: Iterable[_Heads]) -> _Heads:
    found = list(heads)
    return _Heads(frozenset().union(*(h.going for h in found)), frozenset().union(*(h.cut for h in found)))


def _letters(codes: Iterable[int]) -> _Heads:
    """Letters beyond ASCII are left out: see `_OTHER`."""
    kept = (chr(code).lower() for code in codes)
    return _Heads(frozenset(c for c in kept if c.isascii() or not c.isalnum()), frozenset())


def _class(items: Sequence[tuple[Any, Any]]) -> _Heads:
    codes: list[int] = []
    for kind, value in items:
        if kind is op.LITERAL:
            codes.append(value)
        elif kind is op.RANGE and value[1] - value[0] < _LONG_RANGE:
            codes += range(value[0], value[1] + 1)
        elif kind is op.CATEGORY and value is op.CATEGORY_DIGIT:
            codes += map(ord, "0123456789")
        else:
            return _ANYTHING
    return _letters(codes)


def _repeated(least: int, most: int, one: _Heads) -> _Heads:
    done, so_far = ([_NOTHING] if least == 0 else []), _NOTHING
    for times in range(1, min(most, WIDTHS[0]) + 1):
        so_far = _joined(so_far, one)
        if times >= least:
            done.append(so_far)
        if not so_far.going - {""}:
            break
    else:
        if most > WIDTHS[0]:
            done.append(_Heads(frozenset(), so_far.going | so_far.cut))
    return _either([*done, _Heads(frozenset(), so_far.cut)])


def _of(kind: Any, value: Any) -> _Heads:
    if kind in (op.AT, op.ASSERT, op.ASSERT_NOT):
        return _NOTHING
    if kind is op.LITERAL:
        return _letters([value])
    if kind is op.IN:
        return _class(value)
    if kind is op.SUBPATTERN:
        return _heads(value[3])
    if kind is op.ATOMIC_GROUP:
        return _heads(value)
    if kind is op.BRANCH:
        return _either(map(_heads, value[1]))
    if kind in _REPEATS:
        return _repeated(int(value[0]), int(value[1]), _heads(value[2]))
    return _ANYTHING


def _heads(items: Any) -> _Heads:
    found = _NOTHING
    for kind, value in items:
        if not found.going:
            break
        found = _joined(found, _of(kind, value))
    return found


def _is_word_class(items: Any) -> bool:
    return any(
        (op.CATEGORY, op.CATEGORY_WORD) in (value if kind is op.IN else [(kind, value)])
        for kind, value in list(items)[:1]
    )


def _opens_at_word(items: Any) -> bool:
    """No match begins inside a word: `\\b` or `(?<![\\w-])` stands before it, in every alternative."""
    for kind, value in items:
        if kind is op.AT and value is op.AT_BOUNDARY:
            return True
        if kind is op.ASSERT_NOT and value[0] < 0 and _is_word_class(value[1]):
            return True
        if kind is op.SUBPATTERN:
            return _opens_at_word(value[3])
        if kind is op.BRANCH:
            return all(map(_opens_at_word, value[1]))
        if kind not in (op.AT, op.ASSERT, op.ASSERT_NOT):
            return False
    return False


def beginnings(pattern: re.Pattern[str]) -> frozenset[str]:
    """The first letters, in lower case, of everything that `pattern` matches; none longer than the widest look-up.

    Raises ValueError for a pattern that may begin with anything, with a space or inside a word.
    """
    tree = _parser.parse(pattern.pattern, pattern.flags)
    found = frozenset().union(*_heads(tree))
    if not _opens_at_word(tree) or any(not head or head[0].isspace() for head in found):
        raise ValueError(f"may begin anywhere: {pattern.pattern[:80]}")
    return found


def one_of(words: Sequence[str], depth: int = 2) -> str:
    """A pattern for any of `words`, the first that fits, as their plain alternation: its branches part at the first letters.

    A long list is then not tried word by word: of 600 names some twenty open with the letter that stands there.
    """
    if depth == 0 or len(words) < 2 or "" in words:
        return "|".join(map(re.escape, words))
    behind: dict[str, list[str]] = {}
    for word in words:
        behind.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{re.escape(first)}(?:{one_of(rest, depth - 1)})" for first, rest in behind.items())


class _Words:
    """How the words and marks of a text open."""

    def __init__(self, text: str) -> None:
        low = text.replace("İ", _OTHER).lower()  # the one letter that grows in lower case
        self._low = low if low.isascii() else _NOT_ASCII.sub(_OTHER, low)
        self._at = [m.start() for m in _WORD_OR_MARK.finditer(text)]
        self.odd = [i for i in self._at if _OTHER in self._low[i : i + WIDTHS[0]]] if _OTHER in self._low else []
        self._places: dict[int, dict[str, list[int]]] = {}

    def places(self, width: int) -> dict[str, list[int]]:
        """First letters -> offsets at which a word or a mark opens with them."""
        known = self._places.get(width)
        if known is None:
            known, low = {}, self._low
            for i in self._at:
                known.setdefault(low[i : i + width], []).append(i)
            self._places[width] = known
        return known


_words = functools.lru_cache(maxsize=64)(_Words)  # a sentence is asked by many tables in turn


class Starts:
    """Patterns that are tried only where one of them can begin; what they find is what `finditer` of each would find."""

    def __init__(self, *patterns: re.Pattern[str]) -> None:
        """Raises ValueError, as `beginnings` does."""
        self.patterns = patterns
        self._all = frozenset(range(len(patterns)))
        tables: dict[int, dict[str, set[int]]] = {}
        for number, pattern in enumerate(patterns):
            for head in beginnings(pattern):
                width = next(w for w in WIDTHS if w <= len(head))
                tables.setdefault(width, {}).setdefault(head[:width], set()).add(number)
        self._tables = tuple((w, frozenset(t), {k: tuple(sorted(v)) for k, v in t.items()}) for w, t in tables.items())

    def _tries(self, text: str) -> list[tuple[int, Sequence[int]]]:
        """(offset, numbers of the patterns that may match there), in text order."""
        words = _words(text)
        found: dict[int, Sequence[int]] = {}
        for width, keys, table in self._tables:
            places = words.places(width)
            for key in keys.intersection(places):
                for at in places[key]:
                    found[at] = sorted({*found[at], *table[key]}) if at in found else table[key]
        for at in words.odd:
            found[at] = sorted(self._all)
        return sorted(found.items()) if len(found) > 1 else list(found.items())

    def each(self, text: str) -> list[tuple[int, re.Match[str]]]:
        """(number of the pattern, match) of every pattern by itself, the first pattern's first."""
        ends, found, patterns = [0] * len(self.patterns), [], self.patterns
        for at, numbers in self._tries(text):
            for number in numbers:
                if ends[number] <= at and (match := patterns[number].match(text, at)):
                    ends[number] = match.end()
                    found.append((number, match))
        return sorted(found, key=lambda pair: pair[0])

    def either(self, text: str) -> Iterator[tuple[int, re.Match[str]]]:
        """The same as one alternation of all patterns: the first pattern that matches takes the place."""
        end, patterns = 0, self.patterns
        for at, numbers in self._tries(text):
            for number in numbers if at >= end else ():
                if match := patterns[number].match(text, at):
                    end = match.end()
                    yield number, match
                    break

    def open_one(self, text: str) -> bool:
        """Whether some word opens like a match; False is certain, True is not."""
        return bool(self._tries(text))

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return (match for _, match in self.either(text))

    def search(self, text: str) -> re.Match[str] | None:
        return next(self.finditer(text), None)

    def sub(self, new: str, text: str) -> str:
        """The text with `new`, taken as it is, for every match."""
        parts, end = [], 0
        for match in self.finditer(text):
            parts += [text[end : match.start()], new]
            end = match.end()
        return "".join(parts) + text[end:] if parts else text
