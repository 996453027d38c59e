"""What makes two findings the same across revisions and extractions."""

import hashlib
from uuid import UUID


def fingerprint(article_id: UUID, kind: str, words: str) -> str:
    """The same finding keeps it across revisions: article, kind and the words of its span."""
    return hashlib.sha256(f"{article_id}|{kind}|{' '.join(words.split())}".encode()).hexdigest()[:40]
