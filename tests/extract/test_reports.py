"""Figures of one report by construction. Sentences are our own; each comment says what is odd."""

from datetime import UTC, datetime

import pytest

from app.domain.document import Document

PUBLISHED = datetime(2024, 11, 13, 18, tzinfo=UTC)

REPORTS = [
    # all N: launched and downed
    (
        "All 18 drones that Russia launched at Ukraine overnight were shot down, the Ukrainian Air Force said.",
        {("downed", "drone", 18), ("launched", "drone", 18)},
    ),
    # N of M
    (
        "Of the 40 drones Russia launched at Ukraine overnight, 31 were shot down, the Ukrainian Air Force said.",
        {("launched", "drone", 40), ("downed", "drone", 31)},
    ),
    # a list that shares its verb; other things are counted too
    (
        "The Ukrainian Air Force said it shot down three cruise missiles and 12 drones that Russia sent over five regions.",
        {("downed", "cruise_missile", 3), ("downed", "drone", 12)},
    ),
    # casualties
    (
        "Russian forces shelled Nikopol with artillery on November 13, killing two people and wounding five, officials said.",
        {("killed", "person", 2), ("injured", "person", 5)},
    ),
    # all but N; the span shows both numbers
    (
        "All but two of the 20 drones that Russia sent at Ukraine were brought down, the Ukrainian Air Force said.",
        {("launched", "drone", 20), ("downed", "drone", 18)},
    ),
    # "all of them" is the number before
    (
        "Russia sent 16 drones at Ukraine and all of them were destroyed, the Ukrainian Air Force said.",
        {("launched", "drone", 16), ("downed", "drone", 16)},
    ),
    # N of M shares the thing counted; a weapon of another kind spoken of before is not meant
    (
        "After three missiles on Monday, air defences shot down 41 of 80 drones launched by Russia at Ukraine, the Ukrainian Air Force said.",
        {("downed", "drone", 41), ("launched", "drone", 80)},
    ),
    # "and of M, N": a second whole in mid-sentence
    (
        "Russia attacked Ukraine overnight. The Ukrainian Air Force said that of 33 missiles launched it had intercepted 14, and of 251 drones, 230.",
        {("launched", "missile", 33), ("downed", "missile", 14), ("launched", "drone", 251), ("downed", "drone", 230)},
    ),
    # "18 wounded when a rocket": the rocket is not counted
    (
        "Five people were killed, one of them an infant, and 18 wounded when a Russian rocket fell on Nikopol on Wednesday, officials said.",
        {("killed", "person", 5), ("injured", "person", 18)},
    ),
    # a rise: the number it came from is none
    (
        "The death toll of a Russian missile strike on Nikopol on Wednesday rose to 29 from 20, officials said.",
        {("killed", "person", 29)},
    ),
    (
        "Officials said 13 bodies were found after a Russian missile strike on Nikopol on Wednesday, a figure they later raised to 15.",
        {("killed", "person", 13), ("killed", "person", 15)},
    ),
    # treatment in hospital
    (
        "Russia shelled Nikopol with artillery on Wednesday. Nine residents needed hospital treatment, the governor said.",
        {("injured", "person", 9)},
    ),
    # what stands behind "damaged" is no weapon
    (
        "The governor said a Russian strike by two Iskander-M missiles on Nikopol on Wednesday destroyed one house and damaged 16.",
        {("hit", "ballistic_missile", 2)},
    ),
    # a number of both kinds is that of air targets
    (
        "The Ukrainian Air Force said Russia launched 472 drones and seven missiles overnight, of which 385 were shot down.",
        {("launched", "drone", 472), ("launched", "missile", 7), ("downed", "air_target", 385)},
    ),
    # a comparison with the whole war makes no sum of it
    (
        "Kyiv said on Wednesday it had downed 74 out of 75 drones launched by Russia in the biggest such attack since the start of the invasion.",
        {("downed", "drone", 74), ("launched", "drone", 75)},
    ),
    # a participle that describes what is counted tells no launch
    (
        "Russia struck Nikopol with a drone on Wednesday, killing two people, officials said. Russia has about 4,477 deployed and reserve nuclear warheads.",
        {("killed", "person", 2)},
    ),
    # one number for two kinds counts neither of them
    (
        "Russia attacked Ukraine with 367 drones and missiles, the Ukrainian Air Force said.",
        {("launched", "air_target", 367)},
    ),
    # each verb has its own number
    (
        "Russia sent 50 strike and reconnaissance drones at Ukraine. The Ukrainian Air Force shot down 33 and ten were stopped electronically.",
        {("launched", "drone", 50), ("downed", "drone", 33), ("lost", "drone", 10)},
    ),
    # a toll that rises: the older one is superseded, still a figure
    (
        "A Russian missile hit a hotel in Odesa, Ukraine, on November 13, injuring three, officials said. Later the number of wounded had reached 9.",
        {("hit", "missile", 1), ("injured", "person", 3), ("injured", "person", 9)},
    ),
    # persons one by one; ages are no counts
    (
        "Russian shelling hit Kherson in Ukraine on November 13: a man of 25 was killed and someone else wounded, officials said.",
        {("killed", "person", 1), ("injured", "person", 1)},
    ),
    # a part that a total of the sentence holds is no total; "a UAV" is one
    (
        "Russia launched drones at Ukraine on November 13. Of 20 drones, 12 were shot down, two of them over Kyiv, the Ukrainian Air Force said. In Sumy a UAV was downed.",
        {("launched", "drone", 20), ("downed", "drone", 12), ("downed", "drone", 2), ("downed", "drone", 1)},
    ),
    # what is listed shares the fate of the whole, also where another verb follows
    (
        "Russia fired 51 missiles at Ukraine, among them 24 Kh-101s and four Kinzhals; 18 Kh-101s were shot down, the Ukrainian Air Force said.",
        {
            ("launched", "missile", 51),
            ("launched", "cruise_missile", 24),
            ("launched", "ballistic_missile", 4),
            ("downed", "cruise_missile", 18),
        },
    ),
    # "respectively": bare numbers in the order of the things
    (
        "Of the 32 Shaheds and 31 missiles that Russia fired at Ukraine, 23 and 14 were destroyed, respectively, the Ukrainian Air Force said.",
        {("launched", "drone", 32), ("launched", "missile", 31), ("downed", "drone", 23), ("downed", "missile", 14)},
    ),
    # a body that counts or puts a total
    (
        "Russia attacked Ukraine overnight. The Ukrainian Air Force counted 214 drones, of which 114 were shot down and 81 lost.",
        {("launched", "drone", 214), ("downed", "drone", 114), ("lost", "drone", 81)},
    ),
    # waves and strikes are counted, not drones
    (
        "Odesa in Ukraine was hit by three waves of Russian drones on November 13, killing two, officials said. Eight drone strikes were recorded.",
        {("killed", "person", 2)},
    ),
    # the verb in front of a number, whatever the parse makes of "and"
    (
        "In the night Russia launched 65 drones and Ukraine shot down 46, the Ukrainian Air Force said.",
        {("launched", "drone", 65), ("downed", "drone", 46)},
    ),
    # a ministry's tally with its parts by region
    (
        "Russia launched drones at Ukraine: the Ukrainian Air Force said it downed 22 overnight: 9 over the Sumy region and 8 over Poltava region.",
        {("downed", "drone", 22), ("downed", "drone", 9), ("downed", "drone", 8)},
    ),
    # stated zeros
    (
        "Russia fired two missiles at Sumy in Ukraine on November 13. No casualties were reported, officials said.",
        {("launched", "missile", 2), ("killed", "person", 0), ("injured", "person", 0)},
    ),
    # lost is never downed
    (
        "Russia attacked Ukraine with drones. Another 15 drones were lost after electronic jamming, the Ukrainian Air Force said.",
        {("lost", "drone", 15)},
    ),
]


@pytest.mark.parametrize(("text", "figures"), REPORTS)
def test_reports(extractor, text: str, figures: set[tuple[str, str, int]]) -> None:  # type: ignore[no-untyped-def]
    (report,) = extractor.extract(Document(text, published_at=PUBLISHED, language="en")).attack_reports
    assert {(f.metric.value, f.subject.value, f.low) for f in report.figures} == figures
    assert report.attacker is not None and report.attacker.name == "Russia"
    assert report.target is not None and report.target.name == "Ukraine"
    assert report.claimant is not None
