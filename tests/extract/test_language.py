"""English or not, on function words and script."""

import pytest

from app.domain.document import Document
from app.extract.language import looks_english

TEXTS = [
    ("Ten drones were shot down over the region in the night, and two of them fell on a field.", None, True),
    ("Вночі над областю збили десять безпілотників, два з них упали на поле біля села.", None, False),
    ("In der Nacht wurden zehn Drohnen über der Region abgeschossen, zwei davon fielen auf ein Feld.", None, False),
    (
        "Central Command forces conducted strikes against two anti-ship missiles on Wednesday, hitting both launchers.",
        None,
        True,
    ),
    ("Short.", None, True),  # too little to tell
    ("Ten drones were shot down over the region in the night.", "uk", False),  # the caller knows better
]


@pytest.mark.parametrize(("text", "declared", "english"), TEXTS)
def test_language(text, declared, english):
    assert looks_english(Document(text, language=declared)) is english
