"""The subject of a cue -> an entity: names, pronouns, offices, institutions."""

from spacy.tokens import Token

from app.domain.findings import Ref
from app.extract.context import Context
from app.extract.gazetteer import gazetteer
from app.extract.quotes.institutions import author_of, institution, written
from app.extract.quotes.naming import Memory, again, named, nouns, plain, ref_to, subject_of
from app.extract.quotes.offices import described, holder
from app.extract.quotes.pronouns import body_meant, group_before, person_meant, reporter_of

__all__ = ["Memory", "ref_to", "refer", "subject_of"]


def refer(ctx: Context, subject: Token, paragraph: int, memory: Memory) -> Ref | None:
    """Whom the subject names. None for subjects that cannot speak ("which")."""
    low = subject.lower_
    if low in ("he", "she", "him", "her"):
        own = reporter_of(subject)
        if own is not None:
            return again(ctx, subject, refer(ctx, own, paragraph, memory))
        return person_meant(ctx, subject, paragraph, memory)
    if low in ("it", "they", "we"):
        return body_meant(ctx, subject, paragraph, memory)
    if low == "one":
        return group_before(ctx, subject)
    if subject.pos_ == "PRON" and low in ("who", "which", "that"):
        head = subject.head.head
        return refer(ctx, head, paragraph, memory) if head is not subject and head.pos_ in ("PROPN", "NOUN") else None
    if subject.pos_ == "PRON":
        return None
    the = any(c.lower_ == "the" for c in subject.children)
    if the and subject.tag_ in ("NNP", "NN", "JJ") and gazetteer().demonym(subject.text):  # "the Estonian added"
        return person_meant(ctx, subject, paragraph, memory)
    if subject.lemma_ in nouns("document"):
        author = author_of(subject)
        found = refer(ctx, author, paragraph, memory) if author is not None else None
        found = found or written(ctx, subject, paragraph, memory)
        if found is not None:
            return found
    return (
        named(ctx, subject)
        or holder(ctx, subject)
        or described(ctx, subject, paragraph, memory)
        or institution(ctx, subject, paragraph, memory)
        or plain(ctx, subject)
    )
