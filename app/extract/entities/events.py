"""Named events: operations, holidays, wars. Rows of events.csv; a summit bears the name of its host, which stays what it is."""

import functools
import re
from collections.abc import Iterator

from app.domain.vocabulary import EntityKind
from app.extract.entities.values import Candidate, found_by
from app.extract.gazetteer import rows

_MARKS = "“”\"‘’'"


@functools.cache
def _patterns() -> re.Pattern[str]:
    forms = [f"(?P<e{i}>{row['pattern']})" for i, row in enumerate(rows("events.csv"))]
    return re.compile(rf"(?<![\w-])(?=[A-Z“\"‘'])(?:{'|'.join(forms)})(?![\w-])")


def events_in(text: str) -> Iterator[Candidate]:
    """Events by name; a row without a name takes the words themselves ("Operation Spiderweb")."""
    for match in _patterns().finditer(text):
        row = rows_of_events()[int((match.lastgroup or "e0")[1:])]
        words = re.sub(r"['’]s$", "", match.group().strip(_MARKS))
        yield found_by(match, EntityKind.EVENT, row["name"] or re.sub(f"[{_MARKS}]", "", words))


@functools.cache
def rows_of_events() -> list[dict[str, str]]:
    return rows("events.csv")
