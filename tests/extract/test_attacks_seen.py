"""Constructions met on news pages of attacks on Ukraine, in sentences of our own: (reports with their figures and places), and what must stay out."""

import pytest

HIT = "A Russian missile hit a depot in Poltava on Wednesday, officials said. "


#: text -> current totals of killed and injured of its one report
TOLLS = [
    # one person each, whatever their trade; "another" stands for one
    ("Russia shelled Nikopol on Wednesday. An engineer was injured, the governor said.", {("injured", 1)}),
    ("A Russian drone hit a bus in Nikopol on Wednesday, killing a nurse and a policeman.", {("killed", 2)}),
    ("Two individuals were killed in a Russian missile strike on Sumy on Wednesday.", {("killed", 2)}),
    ("One person was killed and another was injured in a Russian strike on Sumy.", {("killed", 1), ("injured", 1)}),
    ("An elderly couple died when a Russian shell hit a house in Nikopol.", {("killed", 2)}),
    # lives taken, lives fought for
    ("Russian artillery took the lives of a man of 62 and a woman of 65 in Nikopol.", {("killed", 2)}),
    (HIT + "Three people died. Surgeons are fighting for the lives of four patients.", {("killed", 3)}),
    # a noun counts, too; the number of victims killed is no number of wounded
    ("Russian shelling of Kherson on Wednesday resulted in one fatality.", {("killed", 1)}),
    (HIT + "The number of victims killed rose to 35.", {("killed", 35)}),
    (HIT + "Eleven people were hurt. Among the wounded are four children.", {("injured", 11)}),
    # hurt first and dead now
    (HIT + "A man sustained shrapnel wounds and died of his injuries.", {("killed", 1)}),
    # what had been said before gives way to what is said now, also where it was more
    (HIT + "One man died. The governor had previously reported two dead.", {("killed", 1)}),
    # an older event retold
    (HIT + "Two people were hurt. As reported earlier, seven people were injured in the region.", {("injured", 2)}),
    # losses of an army in battle
    (HIT + "Two people were hurt. Moscow says 615 of its troops have been killed.", {("injured", 2)}),
    (HIT + "Two were hurt. Around 1,300 Ukrainian troops were killed during the invasion.", {("injured", 2)}),
]


@pytest.mark.parametrize(("text", "tolls"), TOLLS)
def test_tolls(read, text: str, tolls: set[tuple[str, int]]) -> None:  # type: ignore[no-untyped-def]
    (report,) = read(text).attack_reports
    told = {(f.metric.value, f.low) for f in report.figures if f.subject.value == "person" and f.is_total and f.current}
    assert {t for t in told if t[1]} == tolls


#: text -> (attacker, target, kind, places) of each report
REPORTS = [
    # whose defences brought them down was attacked, also with "managed to" and in the passive
    (
        "Russia fired 93 missiles at Ukraine overnight. Kyiv's gunners had managed to shoot down 81 of the missiles.",
        [("Russia", "Ukraine", "missile", [])],
    ),
    (
        "Russia hit Poltava on Wednesday. Two other missiles were downed by the Ukrainian air defence.",
        [("Russia", "Ukraine", "missile", ["Poltava"])],
    ),
    (
        "Russia most likely used missiles to attack Kharkiv on Wednesday.",
        [("Russia", "Ukraine", "missile", ["Kharkiv"])],
    ),
    # "Russia's Belgorod region" is shelled and does not shell
    (
        "A man was killed in shelling of Russia's Belgorod region on Wednesday, its governor said.",
        [(None, "Russia", "artillery", ["Belgorod Oblast"])],
    ),
    # where the ministry sits; whose partisan somebody is; a district named like another town
    (
        "In Moscow, the Defence Ministry said a Ukrainian drone hit a depot in Bryansk on Wednesday.",
        [("Ukraine", "Russia", "drone", ["Bryansk"])],
    ),
    (
        "A Russian guided bomb hit a block in the Kyiv district of Kharkiv on Wednesday, the mayor said.",
        [("Russia", "Ukraine", "airstrike", ["Kyivskyi District, Kharkiv"])],
    ),
    # a region told the other way round; a list with directions
    (
        "A Russian strike in the northeastern region of Kharkiv killed two people on Wednesday.",
        [("Russia", "Ukraine", "other", ["Kharkiv Oblast"])],
    ),
    (
        "A Russian missile attack damaged depots in the eastern Donetsk, southern Odesa and Sumy regions on Wednesday.",
        [("Russia", "Ukraine", "missile", ["Donetsk Oblast", "Odesa Oblast", "Sumy Oblast"])],
    ),
    # casualties of shelling and a wave of drones in one sentence are two attacks
    (
        "Two people died in Russian shelling of Nikopol, adding that it had destroyed 17 of the 20 drones launched by Russia overnight.",
        [("Russia", "Ukraine", "artillery", ["Nikopol"]), ("Russia", "Ukraine", "drone", [])],
    ),
    # a missile late on Tuesday is not the drones of the night
    (
        "A Russian missile hit a hostel in Kryvyi Rih late on Tuesday, killing four people. Russia launched 112 drones at Ukraine overnight.",
        [("Russia", "Ukraine", "missile", ["Kryvyi Rih"]), ("Russia", "Ukraine", "drone", [])],
    ),
    # bombs with casualties beside drones that are counted
    (
        "Russia launched 14 drones at Ukraine overnight. Russian guided bombs hit a hospital in Kupiansk on Wednesday, injuring four people.",
        [("Russia", "Ukraine", "drone", []), ("Russia", "Ukraine", "airstrike", ["Kupiansk"])],
    ),
]


@pytest.mark.parametrize(("text", "reports"), REPORTS)
def test_reports(read, text: str, reports: list[tuple[str | None, str, str, list[str]]]) -> None:  # type: ignore[no-untyped-def]
    found = [
        (
            r.attacker and r.attacker.name,
            r.target and r.target.name,
            r.kind.value,
            sorted(p.place.name for p in r.places),
        )
        for r in read(text).attack_reports
    ]
    assert found == [(a, t, k, sorted(p)) for a, t, k, p in reports]


#: what is no figure of weapons
NUMBERS = [
    "It was not said whether drones, missiles or a combination of the two had been used.",
    "Russian artillery hit four anti-aircraft missile complexes.",
    "Related:\n- Russia used over 1,200 missiles to destroy the grid, company says\n- Company restores power",
]


@pytest.mark.parametrize("text", NUMBERS)
def test_no_figures_of_weapons(read, text: str) -> None:  # type: ignore[no-untyped-def]
    told = [f for r in read(HIT + "\n" + text).attack_reports for f in r.figures]
    assert {(f.metric.value, f.low) for f in told} == {("hit", 1)}


def test_a_day_of_mourning_is_not_the_day_of_the_attack(read) -> None:  # type: ignore[no-untyped-def]
    text = "13 November will be a day of mourning for two people killed in the Russian missile attack on Poltava on 12 November."
    (report,) = read(text).attack_reports
    assert report.occurred_to is not None and report.occurred_to.day == 12


#: text -> (metric, number) of every current total
RETOLD = [
    # persons of several kinds in one list are one number, not where they are parts of one told before
    (HIT + "A woman and two children were killed.", {("killed", 3)}),
    (HIT + "A man, 64, and two women, 48 and 57, were injured there.", {("injured", 3)}),
    (HIT + "A couple and their two sons were killed.", {("killed", 4)}),
    (HIT + "The tram driver and one of her passengers were injured.", {("injured", 2)}),
    (HIT + "Four people, two children among them, were killed.", {("killed", 4)}),
    (HIT + "A shell killed a man and two women were injured.", {("killed", 1), ("injured", 2)}),
    # the other day's attack that a news agency adds
    (
        HIT + "Four people were hurt. As a reminder, the day before, the Russians had shelled Sumy, killing one.",
        {("injured", 4)},
    ),
    (HIT + "Nine people were killed. It said in a previous statement that ten had been killed.", {("killed", 9)}),
    # regions that are listed, not people
    (HIT + "Four people were hurt. Casualties were reported in the latter three.", {("injured", 4)}),
]


@pytest.mark.parametrize(("text", "tolls"), RETOLD)
def test_retold_and_listed(read, text: str, tolls: set[tuple[str, int]]) -> None:  # type: ignore[no-untyped-def]
    told = {(f.metric.value, f.low) for r in read(text).attack_reports for f in r.figures if f.is_total and f.current}
    assert {t for t in told if t[0] in ("killed", "injured")} == tolls


#: text -> (metric, subject, number) of the weapons of its one report by Russia
WAVES = [
    # a group that hunts drones defends; a date glued to a word is no count
    (
        "Ukrainian hunter groups and gunners shot down 24 of the 27 Russian drones overnight.",
        {("downed", 24), ("launched", 27)},
    ),
    ("Air defence over Sumy shot down 13 Russian drones in the darkJul 21 2024, 07:16 AM", {("downed", 13)}),
    (
        "At night, Russian occupants attacked Odesa. Air defence shot down 25 UAVs out of 38.",
        {("downed", 25), ("launched", 38)},
    ),
    ("Ukraine's Air Force together with defence forces destroyed 28 Russian drones overnight.", {("downed", 28)}),
    (
        "Russian occupants used four drones overnight, two of which were taken out over Sumy.",
        {("launched", 4), ("downed", 2)},
    ),
]


@pytest.mark.parametrize(("text", "figures"), WAVES)
def test_waves(read, text: str, figures: set[tuple[str, int]]) -> None:  # type: ignore[no-untyped-def]
    (report,) = read(text).attack_reports
    assert report.attacker is not None and report.attacker.name == "Russia"
    assert {(f.metric.value, f.low) for f in report.figures} == figures


def test_a_lead_that_sums_up_is_apart_from_its_attacks(read) -> None:  # type: ignore[no-untyped-def]
    text = (
        "Russian attacks on several regions of Ukraine killed five people on Wednesday. Three people died in shelling of Kherson. "
        "Two people were killed in a strike on Sumy."
    )
    tolls = [sorted((p.place.name, f.low) for p in r.places for f in r.figures) for r in read(text).attack_reports]
    assert [("Kherson", 3)] in tolls
    assert [("Sumy", 2)] in tolls


def test_where_the_wounded_live_is_no_place_of_launch(read) -> None:  # type: ignore[no-untyped-def]
    (report,) = read(
        "A Russian drone injured a woman, 83, from Nikopol in Sumy on Wednesday, officials said."
    ).attack_reports
    assert [p.place.name for p in report.places] == ["Sumy"]


def test_a_weekday_to_come_is_not_the_day_of_the_attack(read) -> None:  # type: ignore[no-untyped-def]
    text = "Sumy is in mourning until Monday for nine people killed in a Russian drone attack."
    (report,) = read(text).attack_reports
    assert report.occurred_to is None or report.occurred_to.isoweekday() != 1


OUT = [
    # who belongs to an alliance that kills is not killed; a journalist named as one of the injured is no new toll
    "Nobody may be silent when a member is killing civilians, the mayor said.",
    # of wounded people, none is a weapon
    "Of the 31 wounded, 16 lie in hospitals, two in critical condition and seven in serious condition.",
]


@pytest.mark.parametrize("text", OUT)
def test_stays_out(read, text: str) -> None:  # type: ignore[no-untyped-def]
    told = [f for r in read(HIT + text).attack_reports for f in r.figures if f.is_total]
    assert {(f.metric.value, f.low) for f in told} <= {("hit", 1), ("injured", 31), ("injured", 28)}
