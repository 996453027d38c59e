"""Who and what the page names: spaCy's spans corrected by gazetteers, clustered to one entity a thing."""

from app.extract.entities.build import find_entities

__all__ = ["find_entities"]
