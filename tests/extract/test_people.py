"""What shows a name to be a person's, a town's or a ship's: three examples a construction, and what it must leave alone."""

import pytest

from app.domain.vocabulary import EntityKind

PERSON, PLACE, ORG, GROUP = EntityKind.PERSON, EntityKind.PLACE, EntityKind.ORGANIZATION, EntityKind.GROUP


def names(ctx, kind):
    return {e.name for e in ctx.index.entities if e.kind is kind}


CASES = [
    # an office and a comma before the name
    ("The agency's director-general, Tedros Adhanom Ghebreyesus, was appalled.", PERSON, "Tedros Adhanom Ghebreyesus"),
    ("Its spokesman, Sefton Obi, would not comment.", PERSON, "Sefton Obi"),
    ("The chancellor, Xaver Lindqvist, flew home.", PERSON, "Xaver Lindqvist"),
    # an office, an age or a membership behind it
    ("Radek Wnuk, a member of the cabinet, was there.", PERSON, "Radek Wnuk"),
    ("Oldrich Svarc, head of the mission, was there.", PERSON, "Oldrich Svarc"),
    ("Lesia Vasylenko, 34, ran to the cellar.", PERSON, "Lesia Vasylenko"),
    # a first name alone
    ("A woman who gave only her first name, Halyna, kept two goats.", PERSON, "Halyna"),
    ("“It was dark,” said Kateryna, 32, from the next street.", PERSON, "Kateryna"),
    ("“We held on,” says Mykhailo, call sign Bandit.", PERSON, "Mykhailo"),
    ("“She was behind us,” Roya, a dentist reached by phone, told us.", PERSON, "Roya"),
    ("Qatar's Majed al-Ansari thanked Egypt.", PERSON, "Majed al-Ansari"),
    ("Qatar's Majed al-Ansari thanked Egypt.", PLACE, "Qatar"),
    # titles are cut off
    ("Rear Adm. Daniel Hagari briefed reporters.", PERSON, "Daniel Hagari"),
    ("Dr. Marwan al-Sultan heads the ward.", PERSON, "Marwan al-Sultan"),
    # towns of two words, and a town that a construction showed once
    ("Russian shells fell on Hola Prystan at noon.", PLACE, "Hola Prystan"),
    ("Ukraine pulled back from Bilyi Kolodiaz.", PLACE, "Bilyi Kolodiaz"),
    ("In Sudan, fighting reached Wad Madani.", PLACE, "Wad Madani"),
    ("Russia claimed the village of Tykhe in Ukraine. Tykhe is ours, he said.", PLACE, "Tykhe"),
    # people go into a place, not into a person
    ("There were 330 people in Hroza before Thursday.", PLACE, "Hroza"),
    ("Drones circled near Tykhe at dawn, said Oleh Bondar.", PLACE, "Tykhe"),
    ("Smoke rose over Uiutne village.", PLACE, "Uiutne"),
    # a title makes a person of what the model took for a body
    ("General Wieslaw Kukula told reporters in Warsaw.", PERSON, "Wieslaw Kukula"),
    # whose general staff: the page's
    ("“It left,” said the chief of the general staff in Warsaw, Poland.", ORG, "Polish General Staff"),
    ("Ukraine was hit again, the General Staff said.", ORG, "General Staff of the Armed Forces of Ukraine"),
    # parties and town administrations; a band of troops
    ("Solomiia Bobrovska of the Holos party shrugged.", ORG, "Holos"),
    ("Vitalii Barabash heads Avdiivka's military administration in Ukraine.", ORG, "Avdiivka Military Administration"),
    ("The Tavria group, under a new commander, reported fewer clashes.", EntityKind.MILITARY_UNIT, "Tavria group"),
    # armed groups are no state's organisations
    ("The Houthis fired at a tanker.", GROUP, "Houthis"),
    ("Fighters of Hamas and Islamic Jihad met.", GROUP, "Hamas"),
    ("The Wagner Group left the town.", GROUP, "Wagner Group"),
    # bodies by their function
    ("In Moscow, foreign ministry spokeswoman Maria Zakharova called it absurd.", ORG, "Russian Foreign Ministry"),
    ("Dmitry Medvedev, deputy chair of Russia’s security council, wrote a post.", ORG, "Russian Security Council"),
    ("The operation was run by Ukraine's military intelligence agency.", ORG, "Main Directorate of Intelligence"),
]


@pytest.mark.parametrize(("text", "kind", "name"), CASES)
def test_found(context, text, kind, name):
    assert name in names(context(text), kind)


LEFT_ALONE = [
    ("Robert Brovdi, known as Madyar, commented.", ORG, "Madyar"),  # a by-name
    ("Andrey Medvedev, a Moscow city councillor, wrote a post.", ORG, "Moscow City Council"),
    ("At the Three Seas Initiative, the president said, trade came first.", PERSON, "Three Seas Initiative"),
    ("He was on the Embraer jet that fell.", ORG, "Embraer"),  # the maker of a thing
    ("Interior Minister Klymenko spoke.", ORG, "Interior"),  # half an office
    ("Their trust in Putin is gone, and in Zelensky, too.", PLACE, "Putin"),
    ("The Taras Shevchenko University was closed on Monday.", PERSON, "Taras Shevchenko"),
    ("The meeting is set for Monday, who knows why.", PERSON, "Monday"),
    ("In Moscow, a spokesman of the fleet declined to comment.", PERSON, "In Moscow"),
    ("A drone struck the Olenegorsky Gornyak, a landing ship of the Northern Fleet.", ORG, "Olenegorsky Gornyak"),
    ("He fired a Smerch MLRS and a Tochka-U at the depot.", ORG, "Smerch MLRS"),
    ("Putin Hosts Ali Bongo In Grand Moscow Palace On Friday", PERSON, "Ali Bongo In Grand"),
    ("The ambassadors of Jordan and Chad met.", PERSON, "Jordan"),
]


@pytest.mark.parametrize(("text", "kind", "name"), LEFT_ALONE)
def test_left_alone(context, text, kind, name):
    assert name not in names(context(text), kind)


def test_wikidata_ids_only_where_certain(context):
    index = context("Putin met the leaders of Chad. Ivan Bondar of Georgia stayed away, Hamas said.").index
    ids = {e.name: e.wikidata_id for e in index.entities}
    assert (ids["Vladimir Putin"], ids["Chad"], ids["Hamas"]) == ("Q7747", "Q657", "Q38799")
    assert ids["Ivan Bondar"] is None


def test_the_table_of_ids_names_what_the_extractor_calls_so():
    from app.extract.entities.build import slug
    from app.extract.gazetteer import rows

    known = {f"place:{slug(r['name'])}" for r in rows("countries.csv")}
    known |= {f"{r['kind']}:{slug(r['name'])}" for r in rows("organizations.csv")}
    known |= {f"person:{slug(r['name'])}" for r in rows("persons.csv")}
    table = rows("wikidata.csv")
    assert [r["key"] for r in table if r["key"] not in known] == []
    assert len({r["wikidata_id"] for r in table}) == len(table)
