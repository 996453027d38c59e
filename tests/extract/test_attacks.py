"""Numbers, claims and reports by construction. Sentences are our own."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.document import Document
from app.domain.vocabulary import Qualifier
from app.extract.attacks.direction import attacker_in
from app.extract.attacks.lexicon import weapons
from app.extract.attacks.numbers import numbers
from tests.extract.test_reports import REPORTS

PUBLISHED = datetime(2024, 11, 13, 18, tzinfo=UTC)

NUMBERS = [
    ("37 drones", [(37, Qualifier.EXACT)]),
    (
        "more than 120 missiles and 90 drones",
        [(120, Qualifier.AT_LEAST), (90, Qualifier.EXACT)],
    ),  # only the 120 is at_least
    ("twenty-one of 22", [(21, Qualifier.EXACT), (22, Qualifier.EXACT)]),
    ("1,280 bombs", [(1280, Qualifier.EXACT)]),
    ("both missiles", [(2, Qualifier.EXACT)]),
    ("about 20 to 30 rockets", [(20, Qualifier.ABOUT)]),
    ("dozens of drones", []),  # no number
    ("a 7-year-old girl", []),  # an age
    ("Kh-101", []),  # a name
    ("45 percent", []),
    ("at 10:30", []),
    ("a man of 25 was killed", []),  # an age
    ("women of 27 and 30", []),
    ("three children, aged eight, 12 and 17", [(3, Qualifier.EXACT)]),
    ("Oleh, 34, drove on", []),
    ("since late 2023", []),  # a year
    ("2,023 shells", [(2023, Qualifier.EXACT)]),  # with its comma it is a count
    ("day 445 of the war", []),  # a label
    ("one of its largest raids", []),
    ("one of the two missiles", [(1, Qualifier.EXACT), (2, Qualifier.EXACT)]),
    ("No one on board", []),
    ("two-thirds of the drones", []),
    ("the record of 267", []),
    ("five or six drones", [(5, Qualifier.RANGE)]),
    ("captured soldiers under 25", []),  # an age
    ("more than 25 soldiers", [(25, Qualifier.AT_LEAST)]),
    ("two dozen rockets", [(24, Qualifier.EXACT)]),
]


@pytest.mark.parametrize(("text", "expected"), NUMBERS)
def test_numbers(text: str, expected: list[tuple[int, Qualifier]]) -> None:
    assert [(n.low, n.qualifier) for n in numbers(text)] == expected


@pytest.mark.parametrize(
    ("text", "subject", "model"),
    [
        ("two Kh-59 guided missiles", "cruise_missile", "Kh-59"),
        ("four Iskander-M ballistic missiles", "ballistic_missile", "Iskander-M"),
        ("three naval drones", "naval_drone", None),  # not drones
        ("a Shahed-136 drone", "drone", "Shahed"),
        ("guided aerial bombs", "guided_bomb", None),
        ("16 “kamikaze” drones", "drone", None),
    ],
)
def test_weapons(text: str, subject: str, model: str | None) -> None:
    (weapon,) = weapons(text)
    assert (weapon.subject.value, weapon.model) == (subject, model)


@pytest.mark.parametrize(
    ("text", "attacker"),
    [
        ("Russian forces shelled the port", "Russia"),
        ("Ukrainian drones set a depot on fire", "Ukraine"),
        ("Houthi forces in Yemen fired a missile at a tanker", "Houthis"),
        ("an Israeli airstrike hit a clinic", "Israel"),
        ("Ukraine's air force reported nothing new", None),  # the defender is no attacker
        ("Ukraine reports downing 34 Russian drones", "Russia"),  # whose drones, not who downed them
        ("missiles fired by Houthi militants in Yemen hit a ship", "Houthis"),  # Yemen is where, not who
        ("two Kalibrs fired from Russian warships hit a pump", "Russia"),
        ("a drone raid on a school by the paramilitary Rapid Support Forces", "Rapid Support Forces"),
        ("Russian aggressors have hit Kharkiv", "Russia"),
        ("the next attempt of the Kyiv regime; the Kyiv regime's attempt failed", "Ukraine"),
        ("a building used by Ukraine's security service was struck", None),  # used, not fired
        ("high-precision weapons struck Ukrainian army training centres", None),  # struck, not striking
        ("23 Shahed drones of Iranian make were destroyed", None),  # the maker is no attacker
        ("a U.S.-owned plant was struck by two Kalibrs", None),
        ("Kyiv targeted in 'largest' drone attack of the war", None),  # a headline's passive
        ("Odesa hit by missiles", None),
        ("Russia hit Odesa in the night", "Russia"),
        ("Poland scrambles jets as Russia launches 549 drones", "Russia"),
        ("Russian officials said air defences had shot down 67 drones", None),  # theirs were the defences
        ("Russia blasted a hospital with a missile", "Russia"),
        ("Ukraine's General Staff confirmed hitting the depot", "Ukraine"),  # it owns up
        ("Ukraine's military intelligence said it had struck a bridge", "Ukraine"),
        ("Israel's military said it was ready", None),
        ("Three American soldiers were killed in a strike", None),  # the victims' country does not attack
        ("the Russian missile corvette lay in port", None),  # a kind of ship
        ("SBU drones hit a depot", "Ukraine"),  # arms of a state known by their own names
        ("A source in the SBU said the agency's drones had hit the arsenal", "Ukraine"),
        ("The SBU said a man was arrested", None),
        ("The operation was the SBU's, a source said", "Ukraine"),
        ("Russia's Defence Ministry claimed to have hit a meeting", "Russia"),
        ("Ukraine said its boats were sinking a Russian landing ship", "Ukraine"),
        ("Ukraine shot down a Russian Su-34 over the sea", "Ukraine"),  # manned: who brought it down attacked
        ("Ukraine shot down a Russian drone over the sea", "Russia"),  # unmanned: it came to attack
    ],
)
def test_attacker_is_read(text: str, attacker: str | None) -> None:
    found = attacker_in(text, 0)
    assert (found.name if found else None) == attacker


@pytest.mark.parametrize(
    "text",
    [
        "Russia has stepped up its daily attacks on Odesa in recent weeks.",  # a trend
        "The minister warned that Russia could strike the grid again this winter.",  # a threat
        "Envoys from twelve countries met in Geneva to discuss winter aid.",
        "Ukraine asked for permission to strike deeper inside Russia.",
        "Over the past week Russia used 1,100 guided bombs and 560 drones against Ukraine.",  # a sum of days
        "Near Pokrovsk the Russians lost 300 men, and 47 of their attacks were repelled.",  # losses in battle
        # what both sides do each night
        "The talks came no nearer to stopping the drones and missiles that both armies send across the front each night.",
        # losses in battle, an age limit
        "A Ukrainian spokesman said the Russians lost roughly 7,000 personnel in the assaults in January, of whom about 5,000 were killed.",
        # a general staff's count of a day's activity
        "Russian aircraft dropped 115 guided bombs and the invaders used 1,100 kamikaze drones against Ukraine, the General Staff said.",
        "Five captured Ukrainian individuals were returned to Ukraine in exchange for five captured Russian ones after days of shelling.",
        "Long-range missile attacks by Ukraine have made Crimea insecure.",  # an opinion
        "A Russian Su-25 jet was shot down recently by rebels with a missile.",  # some other day
        "The year 2025 was hard: 47 aid workers were injured in Russian attacks in Ukraine.",
        "“Each missile that hit Kharkiv had our chips in it,” one said.",
        "Russian aircraft dropped 110 guided bombs along the front.",  # a count of activity
        "A gas explosion killed three people in a block of flats in Ryazan on Wednesday.",
        "Two people died in Kharkiv on Wednesday in an explosion of household gas.",
        "A gas leak levelled a house in Odesa on Wednesday and injured four.",
        "Two gunmen opened fire at a stop in Jaffa, Israel, on Wednesday and killed seven people.",
        "Talks ended in Paris on Wednesday.\n\nBackground: On 11 November, the Russians launched over 170 missiles and drones on Ukraine.",
        "The U.K. delivered long-range missiles in May, which lets Kyiv hit far behind the lines.",
    ],
)
def test_no_reports(extractor, text: str) -> None:  # type: ignore[no-untyped-def]
    assert extractor.extract(Document(text, published_at=PUBLISHED, language="en")).attack_reports == ()


SEVERAL = [
    # places with casualties of their own, and no total of weapons above them
    (
        "Russian shelling killed two people in Nikopol on Wednesday, officials said. In Kherson a Russian strike wounded four, the governor said.",
        [("Nikopol", {("killed", 2)}), ("Kherson", {("injured", 4)})],
    ),
    # a wave covers its details
    (
        "Russia launched 60 drones at Ukraine overnight and 50 were shot down, the Ukrainian Air Force said. In Kharkiv, two people were hurt by debris.",
        [("Kharkiv", {("launched", 60), ("downed", 50), ("injured", 2)})],
    ),
    # shelling beside a wave stays apart
    (
        "Russia launched 60 drones at Ukraine overnight and 50 were shot down, the Ukrainian Air Force said. In Nikopol, Russian artillery fire killed a woman.",
        [(None, {("launched", 60), ("downed", 50)}), ("Nikopol", {("killed", 1)})],
    ),
    # two attacks in one sentence, by other means; the lead's total is that of neither
    (
        "Russian attacks killed two people in the Kherson region on Wednesday. A drone killed an elderly man and artillery fire killed another man, the governor wrote.",
        [("Kherson Oblast", {("killed", 2), ("killed", 1)}), ("Kherson Oblast", {("killed", 1)})],
    ),
    # "and a man": the second person shares the verb of the first
    (
        "A woman died when Russian forces shelled Nikopol on Wednesday, and a man when a drone struck Marhanets, officials said.",
        [("Nikopol", {("killed", 1)}), ("Marhanets", {("hit", 1), ("killed", 1)})],
    ),
    # one attack: the same means, one place
    (
        "A Russian drone killed a man in Nikopol on Wednesday and wounded a woman, officials said.",
        [("Nikopol", {("killed", 1), ("injured", 1)})],
    ),
    # "a second bombardment" with casualties of its own
    (
        "Russian forces shelled Nikopol on Wednesday, killing two people, officials said. In the evening the governor reported a second bombardment: four people were wounded in Nikopol.",
        [("Nikopol", {("killed", 2)}), ("Nikopol", {("injured", 4)})],
    ),
    # two sides of one day
    (
        "The Ukrainian Air Force said it shot down 20 of 30 drones launched by Russia overnight. Russia's Defence Ministry said 12 Ukrainian drones were destroyed over Bryansk region.",
        [(None, {("launched", 30), ("downed", 20)}), ("Bryansk Oblast", {("downed", 12)})],
    ),
]


#: an attack told only to place another in time lends it nothing
ASIDES = [
    # the other side's earlier strike, named as a reason
    (
        "Russia fired two missiles at Dnipro on Wednesday in answer to Ukraine's use of six ATACMS missiles against Bryansk.",
        {("launched", 2)},
    ),
    (
        "Explosions rocked Isfahan on Wednesday, five days after Iran sent 300 missiles at Israel, and Israel had struck a radar there, officials said. Israel fired two missiles at it.",
        {("launched", 2)},
    ),
    (
        "A day after a missile killed four in Odesa, Russian drones hit Izmail and wounded two people on Wednesday.",
        {("injured", 2)},
    ),
    (
        "Russian shelling killed a man in Nikopol on Wednesday, two weeks after a drone wounded six there, the governor said.",
        {("killed", 1)},
    ),
    # counter-example: no attack stands in the clause
    ("Russian drones killed two people in Izmail on Wednesday, a day after talks in Istanbul ended.", {("killed", 2)}),
]


@pytest.mark.parametrize(("text", "expected"), ASIDES)
def test_asides(extractor, text: str, expected: set[tuple[str, int]]) -> None:  # type: ignore[no-untyped-def]
    reports = extractor.extract(Document(text, published_at=PUBLISHED, language="en")).attack_reports
    assert {(f.metric.value, f.low) for r in reports for f in r.figures} == expected


@pytest.mark.parametrize(("text", "expected"), SEVERAL)
def test_how_many_attacks(extractor, text: str, expected: list[tuple[str | None, set[tuple[str, int]]]]) -> None:  # type: ignore[no-untyped-def]
    reports = extractor.extract(Document(text, published_at=PUBLISHED, language="en")).attack_reports
    told = [
        (r.places[0].place.name if r.places else None, {(f.metric.value, f.low) for f in r.figures}) for r in reports
    ]
    assert told == expected


def _spans(value):  # type: ignore[no-untyped-def]
    if isinstance(value, dict):
        if isinstance(value.get("start"), int) and "text" in value and len(value.get("parts", [1])) == 1:
            yield value
        for inner in value.values():
            yield from _spans(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _spans(inner)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*(t for t, _ in REPORTS), "“Ok, now,” he said.", "\n\n", "12", "Ŭ", "🙂 ", "Russia ", "(4)", " 3–4 "]
        ),
        max_size=6,
    )
)
def test_every_span_slices_back(extractor, pieces: list[str]) -> None:  # type: ignore[no-untyped-def]
    from app.extract.serialize import to_json

    text = "".join(pieces)
    document = Document(text, published_at=PUBLISHED, language="en")
    answer = to_json(document, extractor.extract(document))
    for span in _spans([answer["entities"], answer["quotes"], answer["attack_reports"]]):
        assert text[span["start"] : span["end"]] == span["text"]
