"""What a name is, told by the noun behind it; the owner of an office; a source named twice. Sentences of our own."""

import pytest

#: text -> names that are no persons
NO_PERSONS = [
    # villages and those who live there
    ("A jet bombed houses in Nyaung Kone village on Tuesday, killing ten people.", "Nyaung Kone"),
    ("A Kyar Si villager was killed in another airstrike on Tuesday.", "Kyar Si"),
    ("Shells fell on Tha Yet township on Wednesday.", "Tha Yet"),
    # sites
    ("The shells fell on the Sabreen market on Monday, doctors said.", "Sabreen"),
    ("Two shells fell on the Naher hospital on Monday, doctors said.", "Naher"),
    # fighters, formats
    ("Troops raided two villages to feed the Pyu Saw Htee militia.", "Pyu Saw Htee"),
    ("Ministers met for the ninth time in the Ramstein format on Tuesday.", "Ramstein"),
]


@pytest.mark.parametrize(("text", "name"), NO_PERSONS)
def test_no_persons(read, text: str, name: str) -> None:  # type: ignore[no-untyped-def]
    persons = {e.name for e in read(text).entities if e.kind.value == "person"}
    assert not any(name in p for p in persons)


#: text -> the places in it
PLACES = [
    # two towns are no body
    (
        "Shahed drones burned sheds at the ports of Reni and Izmail, whose harbour masters counted six hurt.",
        {"Reni", "Izmail"},
    ),
    (
        "Russian attacks went on against the grain ports of Reni and Izmail, Ukraine's navy said.",
        {"Reni", "Izmail", "Ukraine"},
    ),
    ("Shells fell on the towns of Bilopillia and Vorozhba in Ukraine.", {"Bilopillia", "Vorozhba", "Ukraine"}),
    # a ship is named after a town
    (
        "Two hulls burned in Sevastopol: the submarine Rostov-on-Don, and beside it the landing ship Minsk.",
        {"Sevastopol"},
    ),
    ("A rocket fell in Kiryat Shmona in Israel.", {"Kiryat Shmona", "Israel"}),
]


@pytest.mark.parametrize(("text", "places"), PLACES)
def test_places(read, text: str, places: set[str]) -> None:  # type: ignore[no-untyped-def]
    named = {e.name for e in read(text).entities if e.kind.value == "place"}
    assert places - {"Ukraine", "Russia"} <= named <= places


#: text -> the persons in it
PERSONS = [
    ("The statement was made by Volodymyr Zelensky’s Office on Tuesday.", {"Volodymyr Zelensky"}),
    ("The offer came from Mark Rutte's Secretariat on Tuesday.", {"Mark Rutte"}),
    # who owns a hotel is a person still
    ("Serhii Lysak said that a hotel was hit on Tuesday.", {"Serhii Lysak"}),
    ("Maria Kravets camp leaders met on Tuesday, said Maria Kravets.", {"Maria Kravets"}),
]


@pytest.mark.parametrize(("text", "persons"), PERSONS)
def test_persons(read, text: str, persons: set[str]) -> None:  # type: ignore[no-untyped-def]
    named = {e.name.replace("Zelenskyy", "Zelensky") for e in read(text).entities if e.kind.value == "person"}
    assert named == persons


#: text -> speakers of its quotes in order
SPEAKERS = [
    (
        'Oleh Kiper said that two houses burned down. The ship "remains seaworthy and goes on," according to the same source.',
        ["Oleh Kiper"],
    ),
    (
        '"We saw three drones over the port," Oleh Kiper said. "Nobody was hurt in the port," the same official said.',
        ["Oleh Kiper", "Oleh Kiper"],
    ),
    # another source is another speaker
    (
        '"We saw three drones over the port," Oleh Kiper said. "Nobody was hurt in the port," another source said.',
        ["Oleh Kiper", "another source"],
    ),
]


@pytest.mark.parametrize(("text", "speakers"), SPEAKERS)
def test_same_source(read, text: str, speakers: list[str]) -> None:  # type: ignore[no-untyped-def]
    quotes = [q for q in read(text).quotes if q.kind.value != "indirect"]
    assert [q.speaker.name if q.speaker else None for q in quotes] == speakers
