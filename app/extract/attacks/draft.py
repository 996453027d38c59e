"""A report in the making, and whether two lists of places have one in common."""

from dataclasses import dataclass, field
from datetime import date

from app.domain.findings import Entity
from app.domain.vocabulary import PlaceLevel, Subject
from app.extract.attacks.actors import Actor
from app.extract.attacks.scenes import WAVE, Scene
from app.extract.attacks.units import lies_in


@dataclass
class Draft:
    """A report in the making: the scenes that tell of one attack."""

    scenes: list[Scene] = field(default_factory=list)

    @property
    def attacker(self) -> Actor | None:
        return next((s.attacker for s in self.scenes if s.attacker), None)

    @property
    def targets(self) -> set[str]:
        return {s.target_name for s in self.scenes if s.target_name}

    @property
    def day(self) -> date | None:
        return next((s.day for s in self.scenes if s.day), None)

    @property
    def night(self) -> date | None:
        return next((s.night for s in self.scenes if s.night), None)

    @property
    def dated(self) -> bool:
        """Does any sentence name its day? "Overnight" names none."""
        return any("night" not in h.text.lower() for s in self.scenes for h in s.hits)

    @property
    def wave(self) -> bool:
        return any(s.has_wave and not s.regional for s in self.scenes)

    @property
    def sums_up(self) -> bool:
        return all(s.sums_up or s.headline or not s.claims for s in self.scenes) and any(s.sums_up for s in self.scenes)

    @property
    def toll(self) -> bool:
        return any(s.has_toll for s in self.scenes)

    @property
    def places(self) -> list[Entity]:
        return [e for s in self.scenes for _, e in s.places]

    @property
    def counted(self) -> bool:
        return any(c.low for s in self.scenes for c in s.claims)

    @property
    def arms(self) -> frozenset[str]:
        return frozenset(a for s in self.scenes for a in s.arms)

    @property
    def counted_arms(self) -> frozenset[str]:
        """The kinds that the wave counts; those named beside them may be of another attack. All, where targets are summed up."""
        kinds = {c.subject for s in self.scenes for c in s.claims if c.metric in WAVE}
        if Subject.AIR_TARGET in kinds:
            return frozenset()
        return frozenset("missile" if "missile" in k.value else k.value for k in kinds)

    @property
    def means(self) -> frozenset[str]:
        return frozenset(m for s in self.scenes for m in s.means)


def overlap(here: list[Entity], there: list[Entity]) -> bool:
    """A place in common, or a region that holds a place of the other."""
    keys = {e.key for e in there}
    if any(e.key in keys for e in here):
        return True
    return any(_holds(a, b) or _holds(b, a) or lies_in(a, b) or lies_in(b, a) for a in here for b in there)


def _holds(region: Entity, inner: Entity) -> bool:
    if region.place is None or inner.place is None or region.place.level is not PlaceLevel.REGION:
        return False
    return region.place.iso_3166_2 is not None and _land(region) == _land(inner)


def _land(entity: Entity) -> str | None:
    """Its region; Sevastopol lies in Crimea."""
    code = entity.place.iso_3166_2 if entity.place else None
    return "UA-43" if code == "UA-40" else code
