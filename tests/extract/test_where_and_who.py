"""Which places a report says were struck, and who claims it. Sentences are our own."""

from datetime import UTC, datetime

import pytest

from app.domain.document import Document

PUBLISHED = datetime(2024, 11, 13, 18, tzinfo=UTC)

PLACES = [
    ("Russian missiles hit Kupiansk, a town in the Kharkiv region, on Wednesday.", ["Kupiansk"]),  # the region contains
    ("Russian missiles hit the Kharkiv region on Wednesday.", ["Kharkiv Oblast"]),  # the region itself is hit
    ("Russian drones struck Odesa on Wednesday, the governor of Mykolaiv said.", ["Odesa"]),  # a seat, not a target
    ("A Russian drone struck Izmail on Wednesday after flying towards Romania.", ["Izmail"]),
    # a dateline of two seats, a ministry's seat, the reason of a strike
    ("KYIV/MOSCOW, Nov 13 — Russian drones struck Izmail on Wednesday.", ["Izmail"]),
    ("Russian missiles hit Odesa on Wednesday, the Ministry of Defence in Kyiv said.", ["Odesa"]),
    ("Russian missiles hit Odesa on Wednesday in retaliation for attacks on Bryansk.", ["Odesa"]),
    ("Russian drones struck a port in his region on Wednesday, the governor of Odesa said.", ["Odesa"]),
]


PLACES += [
    (
        "KRYVYI RIH — A Russian missile burst over a playground in the president's home town on Wednesday and killed two people.",
        ["Kryvyi Rih"],
    ),
    (
        "Russia launched 60 drones from Kursk, Orel and occupied Crimea overnight, the Air Force said. They were shot down over Sumy region.",
        ["Sumy Oblast"],
    ),  # where they came from
    (
        "DEIR AL-BALAH, Gaza Strip (Agency) — Israeli jets struck Rafah on Wednesday and killed two people.",
        ["Rafah"],
    ),  # a dateline of two places
    ("Russian drones hit Izmail on Wednesday, hours after talks between Kyiv and Moscow.", ["Izmail"]),
    (
        "Ukrainian drones hit a plant in Samara region on Wednesday. A fire broke out at Syzran.",
        ["Syzran"],
    ),  # the region holds the town
    (
        "A ten-hour operation began in Rafah on Wednesday. At least six people were killed in the raid by Israeli jets.",
        ["Rafah"],
    ),  # "the raid"
    # "the city", "the region", "the Russian capital": what was named before
    ("The mayor of Kharkiv spoke of a hard night. Russian drones hit houses in the city on Wednesday.", ["Kharkiv"]),
    ("Sumy region had a hard night. Russian drones hit farms in the region on Wednesday.", ["Sumy Oblast"]),
    ("Moscow closed its airports. Ukrainian drones attacked the Russian capital on Wednesday.", ["Moscow"]),
    (
        "The mayor of Kharkiv spoke. Russian drones struck Odesa on Wednesday near the city hall.",
        ["Odesa"],
    ),  # a named one goes before
    (
        "Ukrainian drones set fire to the Syzran and Saratov refineries on Wednesday.",
        ["Syzran", "Saratov"],
    ),  # towns behind "the"
]


PLACES += [
    ("Ukrainian drones hit a depot at Morozovsk on Wednesday, after Moscow reported repelling a raid.", ["Morozovsk"]),  # a government
    ("In Kyiv, Russian missiles destroyed a school on Wednesday.", ["Kyiv"]),
    ("An Israeli airstrike on a house a little north of the port city of Sidon killed two people in Jiyeh on Wednesday.", ["Jiyeh"]),
    ("Ukrainian drones hit a ship from Moscow's fleet at Feodosia on Wednesday, killing a man from Belgorod.", ["Feodosiia"]),
]  # fmt: skip


# Crimea is struck as land that Russia holds, also where nobody is named as the attacker; other Ukrainian land is not
PLACES += [
    (
        "A missile attack on Feodosia in Russian-annexed Crimea wounded two people on Wednesday, the Russian-installed head of Crimea said.",
        ["Feodosiia"],
    ),
    (
        "A drone attack on Kerch in Russian-annexed Crimea wounded four people on Wednesday, the Russian-installed head of Crimea said.",
        ["Kerch"],
    ),
    (
        "A missile strike on Dzhankoi in Russian-annexed Crimea killed one person on Wednesday, the Russian-installed head of Crimea said.",
        ["Dzhankoi"],
    ),
    (
        "A drone attack on Russia's Bryansk region killed one person on Wednesday. Smoke was seen as far as Chernihiv.",
        ["Bryansk Oblast"],
    ),
]


@pytest.mark.parametrize(("text", "expected"), PLACES)
def test_places(extractor, text: str, expected: list[str]) -> None:  # type: ignore[no-untyped-def]
    (report,) = extractor.extract(Document(text, published_at=PUBLISHED, language="en")).attack_reports
    assert [p.place.name for p in report.places if p.role.value != "launched_from"] == expected


CLAIMANTS = [
    # an agency passes on what the Air Force "said this on Facebook"
    (
        "Russia attacked Ukraine with 79 drones overnight on Wednesday.\n\nAccording to Ukrinform, the Ukrainian Air Force said this on Facebook.",
        "Ukrainian Air Force",
    ),
    # "the agency" is the body named before
    (
        "The State Emergency Service sent 40 men. A Russian drone killed two people in Sumy on Wednesday, the service said.",
        "State Emergency Service",
    ),
    # "by the Air Force's count"
    ("By the Ukrainian Air Force's count Russia launched 60 drones overnight on Wednesday.", "Ukrainian Air Force"),
    # a source line at the head
    (
        "Russian drones wounded eight people in Nikopol on Wednesday.\n\nSource: Serhii Lysak, Head of the Dnipropetrovsk Oblast Military Administration, on Telegram",
        "Serhii Lysak",
    ),
    # an office is filled by its holder's name where the page has it
    (
        "Russian shelling killed one person in Kherson on Wednesday, the regional governor said. A house burned, governor Oleksandr Prokudin wrote.",
        "Oleksandr Prokudin",
    ),
    # "it said" is whoever spoke before
    (
        "Russia launched 30 drones at Ukraine, according to the Ukrainian Air Force. 28 drones were shot down, it said.",
        "Ukrainian Air Force",
    ),
    # who announced something after the fact does not state this
    (
        "Russia struck Kyiv with 12 missiles on Wednesday, hours after Joe Biden had announced new aid, Mayor Vitali Klitschko said.",
        "Vitali Klitschko",
    ),
    # an unnamed source speaks for its body, also where it is named again
    (
        "Ukrainian drones struck a depot in Bryansk on Wednesday, a source in the Security Service of Ukraine said. According to the source, two tanks burned.",
        "Security Service of Ukraine",
    ),
    ("Ukrainian drones struck a depot in Bryansk on Wednesday, an official said.", "official"),
    # where only a country speaks, the country
    ("Moscow said its air defences destroyed 14 Ukrainian drones on Wednesday.", "Russia"),
]


@pytest.mark.parametrize(("text", "name"), CLAIMANTS)
def test_claimants(extractor, text: str, name: str) -> None:  # type: ignore[no-untyped-def]
    (report,) = extractor.extract(Document(text, published_at=PUBLISHED, language="en")).attack_reports
    assert report.claimant is not None
    assert report.claimant.name == name
