"""Who attacked whom in constructions met on real pages of many wars. Sentences are our own."""

from datetime import UTC, datetime

import pytest

from app.domain.document import Document

PUBLISHED = datetime(2025, 9, 10, 18, tzinfo=UTC)  # a Wednesday

PARTIES = [
    # a group behind its country, with its short name, or by a common noun
    ("A drone strike by Sudan's paramilitary Rapid Support Forces (RSF) killed nine people in El Fasher on Wednesday.", "Rapid Support Forces", "Sudan"),
    ("Sudanese paramilitaries shelled a market in El Fasher on Wednesday, killing six people.", "Rapid Support Forces", "Sudan"),
    ("A drone operated by Sudan’s Rapid Support Forces hit a clinic in El Fasher on Wednesday and killed two people.", "Rapid Support Forces", "Sudan"),
    ("Sudan's army said its jets struck Nyala on Wednesday, killing four people.", "Sudan", None),  # the army is not the group
    # "armed forces of", passive
    ("Belgorod was shelled on Wednesday by the Armed Forces of Ukraine (AFU); two people were injured.", "Ukraine", "Russia"),
    ("Ukrainian Armed Forces shelled Shebekino on Wednesday and injured three people.", "Ukraine", "Russia"),
    # who accuses, tells or condemns does not attack
    ("The U.S. military accused the Houthi militants in Yemen of having fired three missiles at a tanker in the Red Sea on Wednesday.", "Houthis", None),
    ("The Israel Defense Forces told reporters that Iran had launched 30 missiles at Israel on Wednesday.", "Iran", "Israel"),
    # weapons struck before they fly; those that fly
    ("U.S. Central Command forces conducted strikes against two Houthi anti-ship missiles on Wednesday.", "United States", "Yemen"),
    ("U.S. Central Command forces destroyed two Houthi drones on Wednesday.", "Houthis", "United States"),
    # a wave of attacks, an operation
    ("Iran's latest wave of missile attacks on Israel killed five people on Wednesday.", "Iran", "Israel"),
    ("A rocket was fired from a Houthi-controlled part of Yemen at a tanker in the Red Sea on Wednesday.", "Houthis", None),
    # a hospital is no country, a frontier no target; ships of a navy are their country's
    ("On Wednesday a drone strike by the RSF hit the Saudi Hospital, El Fasher, and killed seven people.", "Rapid Support Forces", "Sudan"),
    ("Houthi forces launched two drones at the destroyer USS Example in the Red Sea on Wednesday.", "Houthis", "United States"),
    # two allies in one word; services of a state
    ("Joint British-U.S. airstrikes killed six Houthi fighters in Yemen on Wednesday.", "United Kingdom", "Yemen"),
    ("An attack on a pier at Novorossiysk was carried out by the special services of Ukraine with two naval drones on Wednesday.", "Ukraine", "Russia"),
    # a unit of drones is no attack by drones; the frontier of a third land
    ("Ukraine's military said its forces had struck a Russian drone command post near Kursk on Wednesday.", "Ukraine", "Russia"),
    ("Two Iranian drones hit the Shaybah oil field in Saudi Arabia, near the Emirati border, on Wednesday.", "Iran", "Saudi Arabia"),
    ("Four Ukrainian uncrewed surface vessels were found and destroyed near Feodosia on Wednesday, the Russian Defence Ministry said.", "Ukraine", "Russia"),
    # its drones, said in a headline's capitals, blamed on, at home, who shoots down on a day
    ("Ukraine said its sea drones hit two Russian ports on Wednesday.", "Ukraine", "Russia"),
    ("Ministry Says Israeli Troops Kill 7 In Raid on Jenin on Wednesday", "Israel", "Palestine"),
    ("Shelling of a market in Omdurman that killed 56 people on Wednesday was blamed on the Rapid Support Forces.", "Rapid Support Forces", "Sudan"),
    ("The Israel Defense Forces on Wednesday intercepted two missiles launched from Yemen by Houthi forces.", "Houthis", "Israel"),
    # what it answers is a reason; "claims to have"; whose soldiers fell
    ("Hamas said that it fired rockets at an Israeli army post on Wednesday over Israel's strikes in Gaza.", "Hamas", "Israel"),
    ("In response to deadly US attacks, the Houthi group claims to have launched four missiles at a United States aircraft carrier on Wednesday.", "Houthis", "United States"),
    ("Israel's military had said its air force \"hit three Hezbollah stores in Baalbek\" on Wednesday, killing two people.", "Israel", "Lebanon"),
    ("After Israel's strikes killed nine people in Rafah on Wednesday, crowds gathered.", "Israel", "Palestine"),
    # who says in a headline, who states; by whose fire; land that a group holds
    ("Lebanese Ministry Says Israel Troops Kill 4 In Raid on Baalbek on Wednesday", "Israel", "Lebanon"),
    ("Russia's army attacked Ukraine with drones on Wednesday. The Ukrainian military states that 24 drones were launched, 18 of them shot down.", "Russia", "Ukraine"),
    ("Two aid workers were killed by Israeli tank fire in a strike on Rafah on Wednesday.", "Israel", "Palestine"),
    ("An air strike by Sudan's army on an RSF-controlled quarter of Khartoum killed two people on Wednesday.", "Sudan", None),  # its own land
    ("A Houthi drone hit a hotel in Eilat on Wednesday; the fire was put out by Israeli crews.", "Houthis", "Israel"),
    # groups by their own names; fire without a weapon's name; neighbours at war; a state at home
    ("M23 fighters shelled a camp near Goma on Wednesday, killing nine people.", "M23", "Democratic Republic of the Congo"),
    ("Al-Shabaab fired mortars at Mogadishu on Wednesday, wounding three people.", "Al-Shabaab", "Somalia"),
    ("Boko Haram fired rockets at Maiduguri in Nigeria on Wednesday, killing eight people.", "Boko Haram", "Nigeria"),
    ("The Arakan Army shelled a base near Sittwe in Myanmar on Wednesday, killing three people.", "Arakan Army", "Myanmar"),
    ("Taliban fighters shelled a post near Chaman in Pakistan on Wednesday, killing two people.", "Taliban", "Pakistan"),
    ("The PKK fired rockets at a base in Turkey on Wednesday, wounding four people.", "PKK", "Turkey"),
    ("Thailand shelled two villages in Cambodia on Wednesday, killing two people.", "Thailand", "Cambodia"),
    ("Islamic State bombed a market in Baghdad on Wednesday and killed six people.", "Islamic State", "Iraq"),
    ("Iraq's army bombed a hideout of the Islamic State near Mosul on Wednesday, killing six people.", "Iraq", None),
    ("Five rescuers were killed by Israeli gunfire in Rafah on Wednesday.", "Israel", "Palestine"),
    ("Medics said Israeli fire killed 20 people in Khan Younis on Wednesday.", "Israel", "Palestine"),
    # what came before
    ("Iran fired missiles at Israel on Wednesday, wounding nine people, following U.S. strikes on its nuclear plants.", "Iran", "Israel"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "attacker"),
    [
        # whose make a weapon is, is not whose attack
        ("Six American HIMARS rockets hit a depot in Makiivka on Wednesday, officials said.", None),
        ("Two British Storm Shadow missiles struck a headquarters in Sevastopol on Wednesday, officials said.", None),
        ("Ukraine fired four US ATACMS missiles at Dzhankoi on Wednesday.", "Ukraine"),
        ("American missiles hit a Houthi depot in Hodeidah, Yemen, on Wednesday.", "United States"),  # no maker is told
    ],
)
def test_makers(extractor, text: str, attacker: str | None) -> None:  # type: ignore[no-untyped-def]
    (report,) = extractor.extract(Document(text, published_at=PUBLISHED, language="en")).attack_reports
    assert (report.attacker.name if report.attacker else None) == attacker


@pytest.mark.parametrize(
    "verb",
    ["repelled a Ukrainian attack with", "repulsed a Ukrainian attack by", "repelled the Ukrainian assault involving"],
)
def test_repelled_with_weapons_is_an_attack(extractor, verb: str) -> None:  # type: ignore[no-untyped-def]
    """ "Repelled an attack" alone is a battle."""
    text = f"The Russian military {verb} three marine drones on its boats in the Black Sea on Wednesday."
    (report,) = extractor.extract(Document(text, published_at=PUBLISHED, language="en")).attack_reports
    assert {(f.metric.value, f.subject.value, f.low) for f in report.figures} == {("launched", "naval_drone", 3)}
    battle = "Ukrainian forces repelled a Russian attack near Pokrovsk on Wednesday, the General Staff said."
    assert extractor.extract(Document(battle, published_at=PUBLISHED, language="en")).attack_reports == ()


@pytest.mark.parametrize(("text", "attacker", "target"), PARTIES)
def test_parties(extractor, text: str, attacker: str | None, target: str | None) -> None:  # type: ignore[no-untyped-def]
    (report,) = extractor.extract(Document(text, published_at=PUBLISHED, language="en")).attack_reports
    assert report.attacker is not None and report.attacker.name == attacker
    assert (report.target and report.target.name) == target


COUNTS = [
    # the same attack told on, and the same toll in other words
    ("A Russian missile hit a house in Poltava on Wednesday.\n\nThe attack killed three people, the governor said.", 1),
    ("Two people were killed in a Ukrainian missile attack on Belgorod on Wednesday.\n\nTwo people died when one of the shells hit a house.", 1),
    ("A Russian drone killed a man in Kherson on Wednesday and artillery fire killed another man.", 2),
    # two nights, each with its own town
    ("A Ukrainian drone hit a refinery in Samara overnight on September 10.\n\nUkrainian forces struck a refinery in Volgograd overnight on September 9.", 2),
    # a place told later, a region that only borders
    ("A drone attack set fire to a tank at a refinery in southern Russia.\n\nThe incident occurred at Ilsky, near Novorossiysk, the agency said on Wednesday.", 1),
    # regional counts under a total; small ones beside each other are other governors' counts
    ("Air defences destroyed 221 Ukrainian drones overnight, the Russian Defence Ministry said.\n\nIt downed 85 over Bryansk region and 42 over Smolensk region. Another nine drones were intercepted over Oryol region, seven over Belgorod region.", 1),
    # items of a list, each with its toll; a link to another story between the paragraphs
    ("What happened on Wednesday:\n\n• In Kherson two people were killed by Russian shelling.\n• Russian shelling killed three people in Kramatorsk.", 2),
    ("Four people were killed by an Israeli drone in Jenin on Wednesday, the ministry said. One person was hurt. Troops had left by noon.\n\nIsraeli forces kill 6 Palestinians in Nablus raid\n\nThe camp is home to 14,000 people.", 1),
    # later the toll is told, no other attack
    ("Five people died in a Ukrainian rocket attack on Rylsk on Wednesday.\n\nLater on Wednesday, the acting governor said five people had been killed in the strikes.", 1),
    # the same rare count in a headline and in the text; two nights that each name their day; small counts
    ("Nearly 130 Ukrainian drones shot down overnight\n\nTwo people were killed by Ukrainian shelling of Belgorod on Wednesday. On Wednesday, the Russian Defence Ministry said it destroyed nearly 130 Ukrainian drones.", 2),
    ("Russia launched 150 drones at Ukraine on Tuesday.\n\nRussia launched 150 drones at Ukraine on Wednesday.", 2),
    # a drone elsewhere is another governor's; a second one in the same region is not; "also" on another day
    ("A drone attacked a refinery in Saratov on Wednesday, the governor said.\n\nAnother drone was shot down over Voronezh region, its governor said.", 2),
    ("A Ukrainian drone hit a depot in Oryol on Wednesday.\n\nAnother UAV was intercepted over Tula, its governor wrote.", 2),
    ("A drone set fire to a refinery in Syzran on Wednesday.\n\nA second drone was shot down near Novokuibyshevsk.", 1),
    ("Israeli jets bombed a block in Rafah on Tuesday and killed nine people.\n\nAlso Wednesday, an Israeli airstrike hit a house in Nuseirat.", 2),
    ("Israeli jets bombed a block in Rafah on Tuesday and killed nine people.\n\nAlso on Wednesday, an Israeli drone hit a car in Jenin.", 2),
    # headlines under "Related:", with and without marks
    ("A Russian drone killed two people in Sumy on Wednesday.\n\nRelated: Russian missile kills 12 people in Kharkiv\nThe fire was put out by noon.", 1),
    ("A Russian drone killed two people in Sumy on Wednesday.\n\nRelated:\nRussian missile kills 12 people in Kharkiv\nRussian shelling kills four in Nikopol", 1),
    ("A Russian drone killed two people in Sumy on Wednesday.\n\nRelated attacks were reported: a Russian missile killed 12 people in Kharkiv on Wednesday.", 2),
    # a fire that nobody opened
    ("Two people were killed by house fire in Kharkiv on Wednesday.", 0),
    # sums of days and campaigns are none
    ("At least 53 people were killed by RSF shelling of El Fasher between August 5 and 8, the United Nations said.", 0),
    ("Since Friday, Iran has fired some 270 missiles at Israel.", 0),
    ("The Houthis have attacked shipping in the Red Sea and say they act for the people of Gaza.", 0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "count"), COUNTS)
def test_how_many(extractor, text: str, count: int) -> None:  # type: ignore[no-untyped-def]
    reports = extractor.extract(Document(text, published_at=PUBLISHED, language="en")).attack_reports
    assert len(reports) == count


FIGURES = [
    # no noun behind the second number; the whole before its part; seen before it was shot
    (
        "Israeli strikes killed 14 people and wounded more than 60 near two food depots on Wednesday.",
        {("killed", "person", 14), ("injured", "person", 60)},
    ),
    (
        "The army said that out of the fewer than 80 missiles fired by Iran overnight, only six landed in Israel.",
        {("launched", "missile", 80), ("hit", "missile", 6)},
    ),
    (
        "Six Ukrainian naval drones were spotted and destroyed in the Black Sea on Wednesday, the Russian Defence Ministry said.",
        {("downed", "naval_drone", 6)},
    ),
    # a list with colons; lives; an age; siblings of a list; what was left of them
    (
        "Analysis of the Russian strike of September 10:\n\n▪ launched: 88 missiles and 94 UAVs",
        {("launched", "missile", 88), ("launched", "drone", 94)},
    ),
    (
        "The shelling of a market in Donetsk by the Ukrainian army on Wednesday claimed 27 lives. Earlier reports said 18 people had been killed.",
        {("killed", "person", 27), ("killed", "person", 18)},
    ),
    (
        "Two guards were killed by a Ukrainian drone in Moscow region on Wednesday. A third victim, 50, died in hospital.",
        {("killed", "person", 2), ("killed", "person", 1)},
    ),
    (
        "Russia launched six Iskander-K missiles and 145 drones overnight on Wednesday, and another 68 drones were tracked until they disappeared.",
        {("launched", "cruise_missile", 6), ("launched", "drone", 145), ("lost", "drone", 68)},
    ),
    (
        "A Russian missile hit a recreation centre in Odesa at about 11 in the morning on Wednesday and killed two people.",
        {("hit", "missile", 1), ("killed", "person", 2)},
    ),
    (
        "Russia fired missiles at Sumy on Wednesday. A woman burned to death in her house.",
        {("killed", "person", 1)},
    ),
    # what follows an older attack in its paragraph is of that one
    (
        "Russian shelling killed two people in Kherson on Wednesday.\n\nOn August 22 Russian shells hit a market in the town. Nine people were injured.",
        {("killed", "person", 2)},
    ),
]


@pytest.mark.parametrize(("text", "figures"), FIGURES)
def test_figures(extractor, text: str, figures: set[tuple[str, str, int]]) -> None:  # type: ignore[no-untyped-def]
    reports = extractor.extract(Document(text, published_at=PUBLISHED, language="en")).attack_reports
    assert {(f.metric.value, f.subject.value, f.low) for r in reports for f in r.figures} == figures
