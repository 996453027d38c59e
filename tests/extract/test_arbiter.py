"""The arbiter: what it sees, how it answers, and where it overrules the rules on pages of our own."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.document import Document, Span
from app.domain.vocabulary import Metric, Subject
from app.extract.attacks.arbiter import Verdicts, net, overrule
from app.extract.attacks.arbiter.features import CLASSES, features
from app.extract.attacks.draft import Draft
from app.extract.attacks.reading import Claim
from app.extract.context import Context
from app.extract.dates import find_dates
from app.extract.parse import parse
from scripts import arbiter_gold

STRIKE = """Two dead, 14 hurt as missiles strike Poltava

Two people were killed and 14 were injured when Russian missiles struck a dormitory in Poltava on Wednesday night, the head of the region said.

Rescuers worked until dawn. The elder of the dead was 73 years old, the other 41, and five others were sent home from hospital after they had been seen by a doctor.

In March a strike on the same quarter of the city killed nine people.

Ukraine was promised two dozen interceptor missiles by its partners last year, and about 30 were to follow."""

TALKS = """Kyiv and Warsaw agree on a new crossing

Poland and Ukraine will open a crossing for lorries at Krakovets next spring, ministers of both countries said in Warsaw on Wednesday.

It will have 12 lanes and cost 40 million euros. Some 900 lorries a day are to pass. The railway line from Lviv, which was hit by two missiles in April 2022, is being rebuilt, too.

Ukraine's president, Volodymyr Zelenskiy, thanked the Polish government, and said that 200 engineers had worked on the plans for a year."""


@pytest.fixture(scope="module")
def page(context):
    """A page's context and what the arbiter says of it."""

    def read(text: str) -> tuple[Context, Verdicts]:
        ctx = context(text, published_at=datetime(2024, 11, 13, 18, tzinfo=UTC))
        return ctx, Verdicts(ctx, find_dates(text, published_at=ctx.document.published_at))

    return read


def _at(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


@pytest.mark.parametrize(
    ("words", "metric"),
    [
        ("Two people", Metric.KILLED),
        ("14 were injured", Metric.INJURED),
        ("73", None),  # an age
        ("two dozen", None),  # promised
        ("five", None),  # discharged
    ],
)
def test_numbers(page, words: str, metric: Metric | None) -> None:
    _, verdicts = page(STRIKE)
    chances = verdicts.number(Span(_at(STRIKE, words).start, _at(STRIKE, words).start + len(words.split()[0])))
    best = max(chances, key=chances.get)
    assert (best if chances[best] > 0.5 else None) is metric


@pytest.mark.parametrize(
    ("text", "words", "struck"), [(STRIKE, "Poltava", True), (TALKS, "Lviv", False), (TALKS, "Warsaw on", False)]
)
def test_places(page, text: str, words: str, struck: bool) -> None:
    _, verdicts = page(text)
    assert (verdicts.place(_at(text, words)) > 0.5) is struck


def test_sentences(page) -> None:
    _, verdicts = page(STRIKE)
    lead, rescue = _at(STRIKE, "Two people were killed and 14"), _at(STRIKE, "Rescuers worked until dawn.")
    assert verdicts.scene(lead) > 0.9 > 0.1 > verdicts.scene(rescue)


def test_what_is_no_page_has_no_opinion(page) -> None:
    text = "Russia fired 20 missiles at Odesa on Wednesday."
    _, verdicts = page(text)
    assert (verdicts.number(Span(13, 15)), verdicts.place(_at(text, "Odesa")), verdicts.scene(Span(0, 40))) == (
        None,
    ) * 3


def test_another_model_has_no_opinion(context) -> None:
    """The network reads the vectors and tensors of the model it was trained with; a model without them is read by rules alone."""
    ctx = context(STRIKE)
    ctx.doc.tensor = np.zeros((0,), dtype="f")
    assert Verdicts(ctx, []).page is None


# ---------------------------------------------------------------- what it sees
def test_classes_of_tokens(page) -> None:
    ctx, verdicts = page(STRIKE)
    tokens = {t.text: i for i, t in reversed(list(enumerate(ctx.doc)))}
    seen = verdicts.page.features

    def of(name: str, word: str) -> str:
        return seen.classes[CLASSES.index(name)][tokens[word]]

    assert (of("weapon", "missiles"), of("trigger", "killed"), of("kind", "Poltava")) == (
        "missile",
        "killed",
        "place:settlement",
    )
    assert (of("size", "14"), of("size", "nine"), of("where", "Rescuers"), of("where", "Two")) == ("10", "2", "2", "0")
    assert of("when", "Wednesday") == "now"
    assert ctx.doc[int(seen.verb[tokens["14"]])].text == "hurt"


def test_a_span_has_at_least_one_token(page) -> None:
    _, verdicts = page(STRIKE)
    seen = verdicts.page.features
    assert seen.tokens(Span(1, 2)) == (0, 1)  # within a word
    first, last = seen.tokens(_at(STRIKE, "Two people"))
    assert last - first == 2


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=400).filter(str.strip))
def test_any_text_has_chances(nlp, text: str) -> None:
    doc = parse(nlp, text)
    read = net.read(features(doc, Document(text, published_at=None, language="en"), [], []), nlp.vocab.vectors)
    assert net.number(read, 0, 1).sum() == pytest.approx(1, abs=1e-5)
    assert 0 <= net.place(read, 0, 1) <= 1
    assert 0 <= net.scene(read, 0, len(doc)) <= 1


# ---------------------------------------------------------------- the network
def test_windows_are_whole_sentences() -> None:
    sentence = np.array([0, 0, 0, 1, 1, 2, 3, 3, 3, 3])
    assert list(net.windows(sentence, size=4)) == [(0, 5), (5, 10)]
    assert list(net.windows(sentence, size=100)) == [(0, 10)]


def test_a_page_is_read_in_windows(page, monkeypatch) -> None:
    """Only what stands at an edge sees less; the answers are the same."""
    ctx, verdicts = page(STRIKE)
    monkeypatch.setattr(net.windows, "__kwdefaults__", {"size": 30})
    whole = verdicts.number(_at(STRIKE, "14"))[Metric.INJURED]
    parts = Verdicts(ctx, find_dates(STRIKE, published_at=ctx.document.published_at))
    two = _at(STRIKE, "14")
    assert len(list(net.windows(verdicts.page.features.sentence))) > 2
    assert parts.number(two)[Metric.INJURED] == pytest.approx(whole, abs=0.2)


def test_the_weights_fit(nlp) -> None:
    weights = net.weights()
    assert weights["words.w"].shape[1] == nlp.vocab.vectors.shape[1]
    assert len(weights["number.out.b"]) == len(net.METRICS)
    assert all(len(weights[f"{c}.emb"]) == len(weights[f"{c}.names"]) + 1 for c in CLASSES)


# ---------------------------------------------------------------- overruling
CLAIM = Claim(Metric.KILLED, Subject.PERSON, None, None, 2, 2, None, Span(0, 3), "own_verb", 0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "judged"),
    [
        ({}, True),
        ({"part": True}, False),  # parts are no totals, and only totals were learnt
        ({"older": True}, False),
        ({"added": True}, False),
        ({"low": 0}, False),  # "no casualties"
        ({"metric": Metric.MISSING}, False),
        ({"metric": Metric.HIT, "low": 1}, False),  # "a missile hit": the gold has none of these
    ],
)
def test_which_claims_are_judged(changes: dict[str, object], judged: bool) -> None:
    verdicts = SimpleNamespace(number=lambda span: {Metric.KILLED: 0.05})
    (claim,) = overrule.heard([replace(CLAIM, **changes)], verdicts)  # type: ignore[arg-type]
    assert overrule.refused(claim) is judged


def test_an_attack_without_a_likely_sentence_is_not_of_the_news() -> None:
    told, unlikely, unread = (SimpleNamespace(chance=c) for c in (0.9, 0.1, None))
    drafts = [Draft([unlikely, told]), Draft([unlikely]), Draft([unread])]  # type: ignore[list-item]
    assert overrule.of_the_news(drafts) == [drafts[0], drafts[2]]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        (STRIKE, {("killed", 2), ("injured", 14)}),
        (TALKS, set()),  # two missiles, years ago
    ],
)
def test_reports_of_pages(read, text: str, figures: set[tuple[str, int]]) -> None:
    found = read(text).attack_reports
    assert {(f.metric.value, f.low) for r in found for f in r.figures if f.is_total and f.current} == figures


# ---------------------------------------------------------------- what it learns
SCORE = SimpleNamespace(
    optional=lambda a: bool(a.get("optional")),
    gold_figs=lambda a: [("killed", "person", a["killed"])] if a.get("killed") else [],
    gold_extra=lambda a: [tuple(f) for f in a.get("figures_optional") or []],
    number=lambda v: v,
    same_name=lambda a, b: a == b,
    METRIC={"wounded": "injured"},
)
GOLD = {
    "id": "1",
    "published": "2024-11-13",
    "text": STRIKE,
    "attacks": [
        {"killed": 2, "places": ["Poltava"], "evidence": "", "figures_optional": [["injured", "person", 14]]},
        {"killed": 9, "places": ["Lviv"], "evidence": "", "optional": True},
    ],
}


def test_labels(extractor) -> None:
    learnt = arbiter_gold.lesson(extractor, GOLD, SCORE)
    starts = learnt.page.starts
    labels = {STRIKE[starts[a] :].split()[0]: label for a, _, label in learnt.numbers}
    assert {w: labels[w] for w in ("Two", "14", "nine", "five", "30")} == {
        "Two": net.METRICS.index("killed"),
        "14": -1,  # neither wrong nor asked for
        "nine": -1,  # of another day
        "five": 0,
        "30": 0,
    }
    assert {label for _, _, label in learnt.places} == {1}
    assert [label for _, _, label in learnt.scenes][:3] == [1, 1, 0]


def test_our_own_briefings_in_the_form_of_the_evaluation(tmp_path) -> None:
    row = '{"id": "a", "published_at": "2024-11-13", "text": "t", "attacks": [{"figures": [["killed", "person", 2], ["downed", "drone", 3]], "places": [["Kyiv", "Kiev"], "Lviv"]}]}'
    (tmp_path / "f.jsonl").write_text(row + "\n")
    (page,) = arbiter_gold.from_fixtures(tmp_path / "f.jsonl")
    (attack,) = page["attacks"]
    assert (attack["killed"], attack["wounded"], attack["places"]) == (2, None, ["Kyiv", "Lviv"])
    assert attack["weapons"] == [{"type": "drone", "downed": 3}]
