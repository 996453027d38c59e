"""Text fragments: the part of a URL that makes a browser find and mark words on a page (`#:~:text=…`)."""

from urllib.parse import quote

_MOST_EXACT, _EDGE_WORDS = 120, 4


def text_fragment(text: str, start: int, end: int) -> str | None:
    """The fragment, `#` included, for the words of `text` from `start` to `end`; None when there is no word.

    Whole words, since browsers match nothing else. A long span, or one over several lines, is named by its first and last
    words; one that the text has more than once gets the words beside it.
    """
    start, end = _whole_words(text, start, end)
    lines = [line.split() for line in text[start:end].split("\n") if line.strip()]
    if not lines:
        return None
    words = " ".join(lines[0])
    if len(lines) == 1 and (len(words) <= _MOST_EXACT or len(lines[0]) == 1):
        before, after = _beside(text, start, end) if text.count(text[start:end]) > 1 else ("", "")
        return "#:~:text=" + _joined(before, words, "", after)
    most = min(_EDGE_WORDS, len(lines[0]) // 2) if len(lines) == 1 else _EDGE_WORDS
    return "#:~:text=" + _joined("", " ".join(lines[0][:most]), " ".join(lines[-1][-most:]), "")


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def _beside(text: str, start: int, end: int) -> tuple[str, str]:
    """The words before and after, on the same line."""
    before = text[:start].rpartition("\n")[2].split()
    after = text[end:].partition("\n")[0].split()
    return " ".join(before[-_EDGE_WORDS:]), " ".join(after[:_EDGE_WORDS])


def _joined(before: str, first: str, last: str, after: str) -> str:
    parts = [_encoded(before) + "-" if before else "", _encoded(first), _encoded(last), "-" + _encoded(after)]
    return ",".join(part for part in parts if part not in ("", "-"))


def _encoded(words: str) -> str:
    """Commas, ampersands and hyphens have a meaning of their own in a fragment."""
    return quote(words, safe="").replace("-", "%2D")
