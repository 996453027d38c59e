"""What copies of a text are found by."""

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from app.models.base import Id


class ArticleBand(SQLModel, table=True):
    """One MinHash band of an article's current text; two articles that share one are compared."""

    __tablename__ = "article_bands"
    __table_args__ = (Index("ix_article_bands_band_key", "band", "key"),)

    article_id: Id = Field(foreign_key="articles.id", primary_key=True, ondelete="CASCADE")
    band: int = Field(primary_key=True)
    key: int = Field(sa_type=BigInteger)
