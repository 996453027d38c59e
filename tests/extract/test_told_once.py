"""Who attacked in headlines, where weapons came from, what is a warning only, and one attack told twice. Sentences of our own."""

import pytest

#: text -> (attacker, target, struck places) of its one report
DIRECTIONS = [
    # a headline in capitals: whose weapons are shot down attacked
    (
        "Ukrainian Defense Forces Shoot Down Nine Russian Shahed Drones\n\nNine of 11 drones sent by Russia at Ukraine overnight were shot down.",
        ("Russia", "Ukraine", []),
    ),
    ("Ukraine Shoots Down Six Russian Shahed Drones Over Sumy Region", ("Russia", "Ukraine", ["Sumy Oblast"])),
    # aircraft that defend are no weapons of an attack
    (
        "Russia sent 16 drones at Ukraine overnight. Ukrainian aircraft, EW units and fire groups of the Defense Forces downed 14 drones.",
        ("Russia", "Ukraine", []),
    ),
    # … aircraft that strike are
    (
        "Israeli aircraft struck a depot in Baalbek on Wednesday, killing two people.",
        ("Israel", "Lebanon", ["Baalbek"]),
    ),
    # a dateline runs into the sentence: the country before the article is not the attacker
    (
        "Poltava, Ukraine A Russian missile strike on Wednesday killed eleven people in the city of Poltava.",
        ("Russia", "Ukraine", ["Poltava"]),
    ),
    # a day between the attacker and its attack
    (
        "Four people are dead after Russia's Nov. 11 attack on Kharkiv, the mayor said.",
        ("Russia", "Ukraine", ["Kharkiv"]),
    ),
    (
        "Four people died in the Russian November 12 strike on Kharkiv, the mayor said.",
        ("Russia", "Ukraine", ["Kharkiv"]),
    ),
    # waves that somebody is struck in are the other's
    (
        "Hezbollah launched more than 100 rockets at northern Israel in waves of attacks on Tuesday.",
        ("Hezbollah", "Israel", []),
    ),
    # who was behind it attacked
    (
        "Two drones hit a plant in Tatarstan on Tuesday, and its manager implied that Ukraine was responsible.",
        ("Ukraine", "Russia", ["Republic of Tatarstan"]),
    ),
    # launched there, not struck there
    (
        "Russia attacked Ukraine overnight. The enemy also launched two Iskander-M missiles from the Voronezh region and a missile from the airspace above the Rostov region.",
        ("Russia", "Ukraine", []),
    ),
    (
        "Russia attacked Ukraine overnight with 16 strike drones (launch areas: Oryol and Bryansk).",
        ("Russia", "Ukraine", []),
    ),
    ("Russia fired four missiles at Odesa overnight; launch sites: Crimea.", ("Russia", "Ukraine", ["Odesa"])),
    # struck there by what was launched elsewhere
    ("Russia launched two missiles at Kharkiv from the Belgorod region overnight.", ("Russia", "Ukraine", ["Kharkiv"])),
    # where air defences worked is where the wave was
    (
        "Russia launched 38 drones at Ukraine overnight. The intercepts took place over the Poltava and Sumy regions.",
        ("Russia", "Ukraine", ["Poltava Oblast", "Sumy Oblast"]),
    ),
    (
        "Russia launched 38 drones at Ukraine overnight. Air defenses were activated in the Poltava and Cherkasy regions.",
        ("Russia", "Ukraine", ["Cherkasy Oblast", "Poltava Oblast"]),
    ),
    # an alert is no attack on the place it is declared in
    (
        "Russia launched 38 drones at the Sumy region overnight. An air alert was declared in Kyiv due to the threat of missile attacks.",
        ("Russia", "Ukraine", ["Sumy Oblast"]),
    ),
    # nor are attacks on positions of an army
    (
        "Russia launched 38 drones at the Sumy region overnight. Russian forces launched attacks on Ukrainian positions in Kurakhove.",
        ("Russia", "Ukraine", ["Sumy Oblast"]),
    ),
]


@pytest.mark.parametrize(("text", "told"), DIRECTIONS)
def test_direction_and_places(read, text: str, told: tuple[str, str, list[str]]) -> None:  # type: ignore[no-untyped-def]
    (report,) = read(text).attack_reports
    assert report.attacker and report.target
    struck = sorted(p.place.name for p in report.places if p.role.value != "launched_from")
    assert (report.attacker.name, report.target.name, struck) == told


#: text -> kind of its one report
KINDS = [
    # two families of weapons in one breath
    ("Artillery shelling and air strikes hit a market in Omdurman, Sudan, on Wednesday, killing 56.", "mixed"),
    ("Russia struck Beryslav with mortars and guided bombs on Wednesday, killing two people.", "mixed"),
    (
        "Kherson was subjected to enemy drone attacks, air strikes and artillery shelling on Wednesday. Two died.",
        "mixed",
    ),
    # … one of them that goes on for long is none of this attack
    (
        "Attacks with artillery and drones on towns of Sudan continue, as an RSF drone on Wednesday killed eight people in Nyala.",
        "drone",
    ),
    # a weapon that describes a plant, a directorate, an arsenal
    (
        "Ukrainian drones hit an arsenal of the missile and artillery directorate in the Tver region on Wednesday.",
        "drone",
    ),
    ("Ukrainian drones hit rocket and machine-building plants in Izhevsk, Russia, on Wednesday.", "drone"),
    ("Ukrainian drones struck the missile arsenal in the Tver region on Wednesday.", "drone"),
    # … and weapons that only stand beside one another
    ("Russia hit the port of Odesa with missiles and drones on Wednesday.", "mixed"),
    # fragments say nothing of the attackers' weapons where other weapons are told
    (
        "Ukraine launched 74 drones at Moscow region on Wednesday. In Domodedovo a missile fragment tore into a car.",
        "drone",
    ),
    # planes on their way
    ("Russia sent in aircraft to attack Idlib in Syria on Wednesday. Ten civilians were killed.", "airstrike"),
    ("Aerial strikes killed ten civilians in Idlib, Syria, on Wednesday.", "airstrike"),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_kinds(read, text: str, kind: str) -> None:  # type: ignore[no-untyped-def]
    (report,) = read(text).attack_reports
    assert report.kind.value == kind


#: text -> (killed, injured) of each report
ONCE = [
    # the city and the region named after it
    (
        "A Russian attack near Kyiv killed three people on Wednesday. Three people were killed in the attack in the Kyiv region, rescuers said.",
        [(3, None)],
    ),
    (
        "Russian shells killed four people near Kherson on Wednesday. Four people were killed in the Kherson region, the governor said.",
        [(4, None)],
    ),
    # a first word in common is no common name
    (
        "Israeli shells killed four people in Beit Hanoun on Wednesday. Israeli shells killed four people in Beit Lahia.",
        [(4, None), (4, None)],
    ),
    # other towns, other attacks
    (
        "Russian shells killed four people in Kherson on Wednesday. A missile killed four people in Sumy.",
        [(4, None), (4, None)],
    ),
    # the toll rises past a date
    ("The death toll from Russian shelling of Kherson on November 12 reached 24, the governor said.", [(24, None)]),
    ("The death toll of the Russian strike of 12 November on Sumy rose to 31.", [(31, None)]),
    # a life lost, a life claimed
    ("A farmer lost his life when Russia shelled Nikopol with mortars on Wednesday.", [(1, None)]),
    # reports of a place are no words of an office
    (
        "Russia attacked Ukraine with 50 drones on Wednesday. In Kharkiv, two injured were reported.",
        [(None, 2)],
    ),
]


#: text -> (metric, subject, count) of every current figure
COUNTS = [
    # a hull number counts nothing; nor are patients weapons that were released
    (
        "The Houthis launched six ballistic missiles at the Red Sea on Tuesday. One missile was intercepted by the USS Laboon (DDG 58).",
        {("launched", "ballistic_missile", 6), ("downed", "missile", 1)},
    ),
    (
        "Thirteen people were injured in a drone strike on Sumy on Tuesday. Five others were released after treatment.",
        {("injured", "person", 13)},
    ),
    # an age is no toll
    (
        "Guided bombs hit Kharkiv on Tuesday, one man died and 11 people were hurt. The dead man was 73.",
        {("killed", "person", 1), ("injured", "person", 11)},
    ),
    # the whole behind its part, beside a part that has no number
    (
        "Russia attacked overnight; the air force said that half of the 12 missiles and 40 of the 66 drones were intercepted.",
        {("launched", "missile", 12), ("launched", "drone", 66), ("downed", "drone", 40)},
    ),
    # weapons named as being among others, totals put at a number
    (
        "Russia struck power plants on Tuesday. At least eight Kinzhal missiles were among the weapons, the air force said.",
        {("launched", "ballistic_missile", 8)},
    ),
    (
        "Russia struck power plants on Tuesday. Officials put the number of missiles at about 94.",
        {("launched", "missile", 94)},
    ),
    # the fate told last is shared; "the same end" of a talk is none
    (
        "Ten Russian missiles were shot down near Odesa on Tuesday, while 17 drones met the same end.",
        {("downed", "missile", 10), ("downed", "drone", 17)},
    ),
    (
        "Russia attacked Sumy on Tuesday. Four drones were lost to jamming, and nine UAVs suffered the same fate.",
        {("lost", "drone", 4), ("lost", "drone", 9)},
    ),
    (
        "Three Russian missiles hit Poltava on Tuesday; two drones went the same way.",
        {("hit", "missile", 3), ("hit", "drone", 2)},
    ),
    (
        "Russia launched 20 drones at Sumy on Tuesday, and the two delegations met the same end of their patience.",
        {("launched", "drone", 20)},
    ),
    # … weapons are
    ("Russia released five attack drones over Sumy on Tuesday.", {("launched", "drone", 5)}),
    # a word for any weapon stands for the one told of before
    (
        "Ukraine fired ten cruise missiles at Sevastopol on Wednesday. Seven projectiles were shot down.",
        {("launched", "cruise_missile", 10), ("downed", "cruise_missile", 7)},
    ),
    (
        "Russia launched nine ballistic missiles at Kyiv on Wednesday. Four of the projectiles were intercepted.",
        {("launched", "ballistic_missile", 9), ("downed", "ballistic_missile", 4)},
    ),
]


@pytest.mark.parametrize(("text", "counts"), COUNTS)
def test_counts(read, text: str, counts: set[tuple[str, str, int]]) -> None:  # type: ignore[no-untyped-def]
    (report,) = read(text).attack_reports
    assert {(f.metric.value, f.subject.value, f.low) for f in report.figures if f.current} == counts


@pytest.mark.parametrize(("text", "tolls"), ONCE)
def test_tolls_of_one_attack(read, text: str, tolls: list[tuple[int | None, int | None]]) -> None:  # type: ignore[no-untyped-def]
    found = []
    for report in read(text).attack_reports:
        now = {f.metric.value: f.low for f in report.figures if f.current and f.is_total}
        found.append((now.get("killed"), now.get("injured")))
    assert found == tolls
