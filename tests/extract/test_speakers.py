"""Speakers named by another word than their name, and by what stands around. Sentences are our own."""

import pytest

from app.domain.vocabulary import QuoteKind
from app.extract.parse import paragraphs
from app.extract.quotes import find_quotes
from app.extract.quotes.marks import marked_runs

CASES = [
    # "the official", "the head of the district", "the former minister": the person who spoke before
    (
        "Ihor Bondar, the governor of Sumy region, said a school was hit.\n\n“We are still counting,” the official wrote.",
        "Ihor Bondar",
    ),
    (
        "District head Olena Marchenko said two roads were closed.\n\n“Buses will run again on Monday,” the head of the district said.",
        "Olena Marchenko",
    ),
    (
        "Anna Kovalenko, deputy head of the council, said talks had failed.\n\n“Nobody listened to us,” the former minister added.",
        "Anna Kovalenko",
    ),
    # counter-example: an office that the last speaker does not hold
    ("Governor Ihor Bondar said a school was hit.\n\n“Two of ours are hurt,” the mayor wrote.", "mayor"),
    # counter-example: the holder of another seat
    (
        "Ihor Bondar, governor of Sumy region, said it was calm.\n\n“Our border posts were hit,” the governor of Kursk region said.",
        "governor",
    ),
    # a body by its kind: the one that spoke before
    (
        "Russia's Ministry of Defense reported losses. “We took two villages this week,” the military department said.",
        "Russian Defense Ministry",
    ),
    (
        "The southern command reported a fire. The Russian army is “aiming at our power stations again,” the command said.",
        "Southern Military Command",
    ),
    # "it" in the sentence that lets a body speak, and behind "according to"
    (
        "Norway's Foreign Ministry said it was shocked at what it called “a blow against every harbour”.",
        "Norwegian Foreign Ministry",
    ),
    (
        "According to the Polish government, a drone fell near a farm. The flight, it said, was “long and deliberate”.",
        "Polish government",
    ),
    # documents that name who wrote them
    ("“The number of victims may still rise,” reads a police statement.", "police"),
    ("“We shot down both of them,” says a statement released by Governor Ihor Bondar.", "Ihor Bondar"),
    # the ministry named last is "the ministry"; a sentence may open with its country
    (
        "Russia's Defense Ministry spoke of 55 drones; Ukraine did not.\n\n“All were destroyed,” the Defense Ministry said.",
        "Russian Defense Ministry",
    ),
    (
        "In Norway, the Defense Ministry said jets had taken off. It called them “ready for every case”. Ukraine thanked it.",
        "Norwegian Defense Ministry",
    ),
    # an investigation, an image tell nothing of themselves
    (
        "The Israeli military said an inquiry indicated that a rocket had “missed its target by far”.",
        "Israel Defense Forces",
    ),
    # "one": of those whom the text speaks of
    ("Some villagers left on foot. “They will shoot at noon,” one said.", "villagers"),
    # a participle behind a person without a name
    (
        "Film shared by the agency Astra showed a fire, and a local resident spoke of “a sea of sparks”.",
        "local resident",
    ),
    # the owner of an office is not its holder
    (
        "President Petro Savchenko’s chief of staff, Andriy Bondar, described it as “a drive to starve the south”.",
        "Andriy Bondar",
    ),
    # a report in blocks
    (
        'Two are dead, Ihor Bondar said.\nSource: Anna Kovalenko on Telegram\nQuote: "12 people are in hospital. Two are children."',
        "Anna Kovalenko",
    ),
    # the mark was forgotten in front of the attribution
    ('"The enemy has fired at two districts of the city, Denys Bondar concluded.', "Denys Bondar"),
    # a pronoun does not mean somebody of the other gender
    (
        "Olena Marchenko met Ihor Bondar in Sumy, and Oksana Koval wrote about it. “It was a long day,” he said.",
        "Ihor Bondar",
    ),
]


@pytest.mark.parametrize(("text", "speaker"), CASES)
def test_speaker(context, text: str, speaker: str) -> None:  # type: ignore[no-untyped-def]
    marked = [q for q in find_quotes(context(text)) if q.kind is not QuoteKind.INDIRECT]
    assert [q.speaker and q.speaker.name for q in marked] == [speaker]


def test_somebody_talks_on_behind_an_unclosed_mark(context) -> None:  # type: ignore[no-untyped-def]
    """The paragraphs of a long quotation in one line: whoever acts in the next sentence does not speak."""
    text = (
        "“It was cold,” said Olena Marchenko. “We ran with nothing. “The road was full of people.” "
        "The United Nations has been denied access to the area."
    )
    assert {q.speaker and q.speaker.name for q in find_quotes(context(text)) if q.parts} == {"Olena Marchenko"}


def test_a_forgotten_mark_ends_before_the_attribution() -> None:
    text = '"We are leaving the village tonight, Olena Marchenko said.'
    assert [r.span.of(text) for r in marked_runs(text, paragraphs(text))] == ["We are leaving the village tonight,"]
    text = '"We heard it, and what Olena Marchenko said.'  # no attribution: she is in the quoted words
    assert [r.span.end for r in marked_runs(text, paragraphs(text))] == [len(text)]
