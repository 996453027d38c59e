"""Names that the words around them show: places, newsrooms, bodies with an acronym, ships. Sentences are our own."""

import pytest

from app.domain.vocabulary import EntityKind
from app.extract.entities import find_entities

PLACE, ORG, PERSON = EntityKind.PLACE, EntityKind.ORGANIZATION, EntityKind.PERSON
SHOWN = [
    ("A rocket fell on the coastal city of Nahariya and hurt one.", PLACE, "Nahariya"),
    ("The strike hit an area known as Barja, north of the port.", PLACE, "Barja"),
    ("Shells fell in the eastern province of Punjab.", PLACE, "Punjab"),
    ("Drones were downed over the Karari and Umbadda neighbourhoods.", PLACE, "Umbadda"),
    ("Two men were shot in Khan Younis, in the Al-Tina area of the city.", PLACE, "Al-Tina"),
    ("Planes stood at Nyala airport when it was hit.", PLACE, "Nyala"),
    ("The rocket came down near Acre in northern Israel.", PLACE, "Acre"),
    ("They were fired from Cape Chauda in occupied Crimea.", PLACE, "Cape Chauda"),
    ("Shells fell in Kherson's Korabel neighbourhood.", PLACE, "Korabel"),
    # a town of the same country behind a town
    ("Two towns of the Sumy region, Bilopillya and Vorozhba, were shelled.", PLACE, "Vorozhba"),
    # a body with its acronym, and the acronym alone
    ("The Harbour Research Lab (HRL) saw drones. HRL counted 43 of them.", ORG, "Harbour Research Lab"),
    ("The National Anti-Terrorist Committee (NAC) spoke of two boats.", ORG, "National Anti-Terrorist Committee"),
    ("The Emergency Relief Office for the South (EROS) sent trucks.", ORG, "Emergency Relief Office for the South"),
    # a newsroom
    ("Two were hurt, the official news agency WAFA said.", ORG, "WAFA"),
    ("Earlier, the Rubryka reporter saw the fire.", ORG, "Rubryka"),
    ("The night was loud.\nKan, the public broadcaster, counted ten hits.", ORG, "Kan"),
    # an office and its holder behind a long body
    (
        "The Secretary of the Security Council Rustem Umerov and Chief of Staff Andrii Hnatov met.",
        PERSON,
        "Rustem Umerov",
    ),
    # a surname alone that the model passes over
    ("Oleksandr Lomako spoke on Monday.\nSource: Lomako on Telegram", PERSON, "Oleksandr Lomako"),
]
NOT = [
    # counter-examples: what looks alike and is none
    ("The crossing of Russian-built tanks took days.", PLACE, "Russian-built"),
    ("U.S.-funded radio was jammed in Crimea.", PLACE, "United States"),
    ("Crews fired the Army Tactical Missile System (ATACMS) at a depot.", ORG, "Army Tactical Missile System"),
    ("Ukraine struck the patrol ship Sergei Kotov. Sergei Kotov sank at night.", PERSON, "Sergei Kotov"),
    ("Talks were held in Congress, and in Parliament too.", PLACE, "Congress"),
    ("On his Telegram channel Mykola Marchenko, the commander, wrote of losses.", ORG, "Mykola Marchenko"),
    ("He was seen on the Crimean Telegram channel of his unit.", ORG, "Crimean"),
]


@pytest.mark.parametrize(("text", "kind", "name"), SHOWN)
def test_shown(context, text: str, kind: EntityKind, name: str) -> None:  # type: ignore[no-untyped-def]
    found = find_entities(context(text))
    assert name in [e.name for e in found.entities if e.kind is kind]


@pytest.mark.parametrize(("text", "kind", "name"), NOT)
def test_not_shown(context, text: str, kind: EntityKind, name: str) -> None:  # type: ignore[no-untyped-def]
    found = find_entities(context(text))
    assert name not in [e.name for e in found.entities if e.kind is kind]


def test_an_acronym_joins_its_body(context) -> None:  # type: ignore[no-untyped-def]
    text = "The Harbour Research Lab (HRL) saw drones. HRL counted 43 of them."
    body = next(e for e in find_entities(context(text)).entities if e.kind is ORG)
    assert [m.at.text for m in body.mentions] == ["Harbour Research Lab", "HRL", "HRL"]
