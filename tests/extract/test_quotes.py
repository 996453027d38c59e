"""Who said what. Sentences are our own."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.vocabulary import QuoteKind
from app.extract.parse import paragraphs
from app.extract.quotes import find_quotes
from app.extract.quotes.marks import marked_runs

CASES = [
    # cue behind the marks
    (
        "“We will rebuild the bridge before winter,” Mayor Olena Marchenko said.",
        "We will rebuild the bridge before winter,",
        "Olena Marchenko",
    ),
    # cue before, straight marks
    (
        'Governor Ivan Petrenko said: "The power is back in most districts."',
        "The power is back in most districts.",
        "Ivan Petrenko",
    ),
    # a fragment inside a reported clause
    (
        "Petro Savchenko said the town had been “hit by three waves of drones” since midnight.",
        "hit by three waves of drones",
        "Petro Savchenko",
    ),
    # an organisation speaks
    (
        "“All units returned to base,” the Ukrainian Air Force said on Telegram.",
        "All units returned to base,",
        "Ukrainian Air Force",
    ),
    # a pronoun in the next paragraph
    (
        "Anna Kovalenko said the school was closed.\n\n“The roof is gone,” she added.",
        "The roof is gone,",
        "Anna Kovalenko",
    ),
    # apposition with a second person between speaker and cue
    (
        "“Nobody slept that night,” Roman Bondar, an adviser to President Volodymyr Zelenskyy, wrote on Facebook.",
        "Nobody slept that night,",
        "Roman Bondar",
    ),
    # "the group": the body its sentence was about
    (
        "The Harbour Committee blamed the rebels. “They fire at the bread queues,” the group said in a statement.",
        "They fire at the bread queues,",
        "Harbour Committee",
    ),
    # "the post": whoever wrote it; "this was reported by X" has a speaker
    (
        "This was reported on Telegram by Vadym Filashkin.\n\n“Ten houses are gone,” the post reads.",
        "Ten houses are gone,",
        "Vadym Filashkin",
    ),
    # the nearer of two reports, one inside the other
    (
        "Mark Rutte told the envoys that the missile “will not change the course”, diplomats said later.",
        "will not change the course",
        "Mark Rutte",
    ),
    # who is promised something does not speak
    (
        "Rob Lee spoke first.\n\nA soldier told his captors he had been promised “quiet guard duty”.",
        "quiet guard duty",
        "soldier",
    ),
    # a whole sentence behind one about its speaker, without a cue
    (
        "“There were eleven of us,” says Ivan Bondar.\n\nHe lights a cigarette. “They came in threes.”",
        "There were eleven of us,",
        "Ivan Bondar",
    ),
    # a title with a dot ends no sentence
    ("“We saw nothing at all,” Rep. Gwen Obi told reporters.", "We saw nothing at all,", "Gwen Obi"),
    # whose report a pronoun stands in
    (
        "Peskov spoke of a lie. Alexander Lukashenko said he had warned him; “I told him to look out,” he added.",
        "I told him to look out,",
        "Alexander Lukashenko",
    ),
    # quoted by an office
    (
        "“They will pay a heavy price,” the office of Boris Netz quoted him as telling a guest.",
        "They will pay a heavy price,",
        "Boris Netz",
    ),
    # a body that a possessive names
    (
        "Hassan Aziz, Hezbollah's leader, waits. “It will come soon,” the movement vowed.",
        "It will come soon,",
        "Hezbollah",
    ),
    # signed below, announced above
    ("“Not one word of it is true.” — Pamela Padilla", "Not one word of it is true.", "Pamela Padilla"),
    (
        "Olena Marchenko made the following remark:\n\n“We shall not move an inch.”",
        "We shall not move an inch.",
        "Olena Marchenko",
    ),
    # the office that everybody knows he holds
    (
        "Volodymyr Zelenskyy came back. “It went to plan,” the president wrote.",
        "It went to plan,",
        "Volodymyr Zelenskyy",
    ),
    # a nationality for a name
    ("Kaja Kallas summoned the envoy. “This must stop now,” the Estonian added.", "This must stop now,", "Kaja Kallas"),
    # "its statement": the body's
    ("Hamas blamed a raid. “This is a crime,” its statement said.", "This is a crime,", "Hamas"),
    # a fragment's own verb is nearer than the cue of the other half
    (
        "Andrzej Duda called the ideas rational; Viktor Orban found them “more than terrifying”.",
        "more than terrifying",
        "Viktor Orban",
    ),
    # a view
    (
        "For Germany's chancellor, Friedrich Merz, it was “a deliberate war crime”.",
        "a deliberate war crime",
        "Friedrich Merz",
    ),
    # he is whom the sentence before opens with, whatever the parser made of it
    (
        "Rob Lee spoke.\n\nPasi Paroinen of the Black Bird Group, a band that studies pictures, found it. “This is no raid,” he said.",
        "This is no raid,",
        "Pasi Paroinen",
    ),
    # what somebody says is not about her: the person inside the marks is no antecedent
    (
        "Rana Mohsen is back. “We are home. Mandy Damari is home, too,” she told a reporter.",
        "We are home. Mandy Damari is home, too,",
        "Rana Mohsen",
    ),
    # going on
    (
        "Olena Marchenko spoke twice. If it failed, she went on, “we shall try again”.",
        "we shall try again",
        "Olena Marchenko",
    ),
    # guillemets
    ("«We count every window,» said Oksana Lytvyn.", "We count every window,", "Oksana Lytvyn"),
]


@pytest.mark.parametrize(("text", "words", "speaker"), CASES)
def test_direct(context, text: str, words: str, speaker: str) -> None:  # type: ignore[no-untyped-def]
    quote, *more = [q for q in find_quotes(context(text)) if q.kind is not QuoteKind.INDIRECT]
    assert [p.text for p in quote.parts] == [words]
    assert {q.speaker and q.speaker.name for q in (quote, *more)} == {speaker}
    assert quote.cue is not None or any(sign in text for sign in ("—", ":", "found", "it was"))


def test_a_quote_split_by_its_cue_has_two_parts(context) -> None:  # type: ignore[no-untyped-def]
    text = "“The pumps are working again,” Olena Marchenko said. “Please save water until Friday.”"
    (quote,) = [q for q in find_quotes(context(text)) if q.kind is not QuoteKind.INDIRECT]
    assert [p.text for p in quote.parts] == ["The pumps are working again,", "Please save water until Friday."]
    assert quote.text == "The pumps are working again, Please save water until Friday."


def test_medium(context) -> None:  # type: ignore[no-untyped-def]
    (quote,) = [q for q in find_quotes(context(CASES[3][0])) if q.medium]
    assert quote.medium is not None and quote.medium.name == "Telegram"


@pytest.mark.parametrize(
    "text",
    [
        "The minister presented his “victory plan” in Brussels.",  # the name of a plan
        "They fired so-called “kamikaze” drones at the port.",  # a scare quote
        "He spoke at the forum “Harbour. Year One” in Odesa, Olena Marchenko said.",  # a title
        "The soldiers' families met in the mayor's office on Friday.",  # apostrophes
    ],
)
def test_no_quotes(context, text: str) -> None:  # type: ignore[no-untyped-def]
    assert [q for q in find_quotes(context(text)) if q.kind is not QuoteKind.INDIRECT] == []


def test_an_indirect_statement_is_less_certain(context) -> None:  # type: ignore[no-untyped-def]
    (quote,) = find_quotes(context("Olena Marchenko said that the bridge would open on Monday."))
    assert quote.kind is QuoteKind.INDIRECT and quote.confidence < 0.9


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("“We will rebuild the bridge before winter,” Mayor Olena Marchenko said.", 0.95, 1.0),
        ("“We will rebuild the bridge before winter,” officials said.", 0.9, 0.95),  # nobody in particular
        ("Olena Marchenko said the town was “hit by three waves of drones”.", 0.9, 0.95),  # a fragment
        ("Olena Marchenko dismissed it as “a very bad joke indeed”.", 0.7, 0.9),  # a weak cue
        ("Olena Marchenko said that the bridge would open on Monday.", 0.8, 0.9),  # the writer's words
    ],
)
def test_confidence_follows_what_was_right_on_real_pages(context, text, low, high) -> None:  # type: ignore[no-untyped-def]
    (quote,) = find_quotes(context(text))
    assert low <= quote.confidence <= high


def test_an_unclosed_mark_ends_with_its_paragraph() -> None:
    text = "“We wait for news\n\nThe town is quiet. “We sleep in turns,” she said."
    runs = [r.span.of(text) for r in marked_runs(text, paragraphs(text))]
    assert runs == ["We wait for news", "We sleep in turns,"]


@settings(max_examples=200)
@given(st.text(alphabet="“”\"'‘’«»ab ,.\n", max_size=120))
def test_marks_never_raise_and_slice_back(text: str) -> None:
    for run in marked_runs(text, paragraphs(text)):
        assert run.span.of(text).strip()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(
            [
                "“",
                "”",
                '"',
                "‘",
                "«",
                "she said",
                "Olena Marchenko",
                "according to",
                ".",
                ",",
                ":",
                "\n\n",
                "— Ivan Bondar",
            ]
        )
        | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12),
        max_size=12,
    ).map(" ".join)
)
def test_any_text_gives_quotes_that_slice_back(context, text: str) -> None:  # type: ignore[no-untyped-def]
    for quote in find_quotes(context(text)):
        held = [*quote.parts, quote.cue, quote.clause, quote.medium.at if quote.medium else None]
        held.append(quote.speaker.at if quote.speaker else None)
        assert all(one.span.of(text) == one.text != "" for one in held if one is not None)
        assert 0 < quote.confidence <= 1
