"""Example tables: what is an entity, of which kind, under which name; and what is none."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.vocabulary import EntityKind


def names(ctx, kind):
    return [e.name for e in ctx.index.entities if e.kind is kind]


def test_surname_and_spelling_variants_are_one_person(context):
    ctx = context(
        "Ukrainian President Volodymyr Zelenskiy met ministers in Kyiv. Zelenskiy said talks went well. "
        "Volodymyr Zelensky will travel on Friday, an aide said."
    )
    people = [e for e in ctx.index.entities if e.kind is EntityKind.PERSON]
    assert len(people) == 1
    assert len(people[0].mentions) == 3
    assert people[0].role.text == "Ukrainian President"


REGION_LISTS = [
    (
        "Drones were shot down over the Poltava, Zhytomyr and Sumy regions.",
        {"Poltava Oblast", "Zhytomyr Oblast", "Sumy Oblast"},
    ),
    (
        "Damage was seen in three regions — Cherkasy, Rivne, and Kirovohrad.",
        {"Cherkasy Oblast", "Rivne Oblast", "Kirovohrad Oblast"},
    ),
    ("A depot burned in Russia's Bryansk region.", {"Bryansk Oblast"}),
    ("The governor of the Odessa region spoke.", {"Odesa Oblast"}),
]


@pytest.mark.parametrize(("text", "expected"), REGION_LISTS)
def test_regions_carry_their_word(context, text, expected):
    assert expected <= set(names(context(text), EntityKind.PLACE))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ukraine's air force said it had downed ten drones.", "Ukrainian Air Force"),
        (
            "Three drones came in from Russia over Ukraine, the air force said.",
            "Ukrainian Air Force",
        ),  # only the page tells
        ("Romania's defence ministry summoned the envoy.", "Romanian Defense Ministry"),
        ("The Pentagon declined to comment.", "Pentagon"),
        (
            "Oleh Syniehubov, head of the Kharkiv Regional Military Administration, reported it.",
            "Kharkiv Regional Military Administration",
        ),
    ],
)
def test_organizations(context, text, expected):
    assert expected in names(context(text), EntityKind.ORGANIZATION)


@pytest.mark.parametrize(
    ("text", "metonym"),
    [("Moscow launched more missiles at Ukraine.", True), ("A blaze broke out in Moscow at dawn.", False)],
)
def test_seats_of_government_that_act_are_metonyms(context, text, metonym):
    moscow = next(e for e in context(text).index.entities if e.name == "Moscow")
    assert moscow.mentions[0].metonym is metonym


NO_ENTITY = [
    ("The ambassador arrived in Damascus and the ambassadors met.", "Assad"),  # the surname inside a common noun
    ("He presented his “victory plan” to allies in Kyiv.", "plan"),
    ("Russian military aircraft were seen near the coast of Estonia.", "Armed Forces"),  # an adjective, not the army
    ("(Russian President Vladimir) Putin does not want peace.", "Vladimir"),  # a first name, also a city
]


@pytest.mark.parametrize(("text", "word"), NO_ENTITY)
def test_what_is_no_entity(context, text, word):
    kinds = (EntityKind.ORGANIZATION, EntityKind.PLACE, EntityKind.PERSON)
    assert not [
        e.name
        for e in context(text).index.entities
        if e.kind in kinds and word in e.name.split() and e.name != "Vladimir Putin"
    ]


def test_an_all_caps_dateline_is_a_place(context):
    assert "Kyiv" in names(context("KYIV (Reuters) – Ten drones were brought down on Monday."), EntityKind.PLACE)


def test_unknown_place_says_so(context):
    for one in context("Shells fell on Kyiv and on the village of Qwertyivka in Ukraine.").index.entities:
        if one.kind is EntityKind.PLACE:
            assert one.place is not None
            assert (one.place.latitude is None) == (one.place.unresolved is not None) or one.place.level == "country"


def test_keys_are_unique_and_mentions_in_order(context):
    ctx = context(
        "Kyiv and Kiev. Paris. Russia, the Russian Federation, Putin and Vladimir Putin. Kharkiv region, Kharkiv."
    )
    keys = [e.key for e in ctx.index.entities]
    assert len(set(keys)) == len(keys)
    starts = [e.mentions[0].at.span.start for e in ctx.index.entities]
    assert starts == sorted(starts)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(
            [
                "Kyiv",
                "the Sumy region",
                "Zelenskiy",
                "\n",
                "’s",
                "“",
                "U.S.",
                "İstanbul",
                "ﬁ",
                "👩‍🚒",
                "\u202e",
                "Air Force",
                ",",
            ]
        )
        | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12),
        max_size=12,
    ).map(" ".join)
)
def test_any_text_gives_spans_that_slice_back(context, text):
    for one in context(text).index.entities:
        for mention in one.mentions:
            assert mention.at.span.of(text) == mention.at.text != ""
        if one.role:
            assert one.role.span.of(text) == one.role.text


@pytest.mark.parametrize(
    ("text", "role"),
    [
        (
            "U.S. Secretary of State Antony Blinken came to Kyiv.",
            "U.S. Secretary of State",
        ),  # dots that end no sentence
        ("Sirens wailed in the capital as Kyiv Mayor Vitali Klitschko spoke.", "Kyiv Mayor"),  # cut at the conjunction
    ],
)
def test_roles(context, text, role):
    people = [e for e in context(text).index.entities if e.kind is EntityKind.PERSON]
    assert people[0].role is not None
    assert people[0].role.text == role
