"""Districts and communities among the places of an attack: the narrower place is the one that was struck."""

from collections.abc import Sequence

from app.domain.document import Span
from app.domain.findings import Entity
from app.extract.units import holds, in_city

_NEAR = 60  # characters between a unit and what lies in it


def holds_another(pair: tuple[Span, Entity], every: Sequence[tuple[Span, Entity]]) -> bool:
    """The city of "Kharkiv's Saltivskyi district", the district of "Marhanets, Nikopol district"."""
    at, entity = pair
    return any(lies_in(inner, entity) and _gap(at, other) <= _NEAR for other, inner in every if inner is not entity)


def lies_in(inner: Entity, outer: Entity) -> bool:
    """By codes: a town in its district or community, a city district in its city."""
    if inner.place is None or outer.place is None:
        return False
    return holds(outer.place, inner.place) or in_city(inner.place, outer.place)


def _gap(one: Span, two: Span) -> int:
    return max(one.start, two.start) - min(one.end, two.end)
