"""search: entries with FTS5 or tsvector over them; the orders of lists as indexes"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from app.domain.query import folded

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

BATCH = 500
#: keyset lists walk these: (table, column, second column)
ORDERS = (
    ("articles", "sort_at", "id"),
    ("quotes", "sort_at", "id"),
    ("attack_reports", "sort_at", "id"),
    ("entities", "mention_count", "id"),
)
#: the index follows its table inside the same transaction
SQLITE = (
    "CREATE VIRTUAL TABLE fts_search USING fts5(title, body, content='search_entries', content_rowid='id', tokenize='ascii')",
    "CREATE TRIGGER fts_search_insert AFTER INSERT ON search_entries BEGIN "
    "INSERT INTO fts_search(rowid, title, body) VALUES (new.id, new.title, new.body); END",
    "CREATE TRIGGER fts_search_delete AFTER DELETE ON search_entries BEGIN "
    "INSERT INTO fts_search(fts_search, rowid, title, body) VALUES ('delete', old.id, old.title, old.body); END",
    "CREATE TRIGGER fts_search_update AFTER UPDATE ON search_entries BEGIN "
    "INSERT INTO fts_search(fts_search, rowid, title, body) VALUES ('delete', old.id, old.title, old.body); "
    "INSERT INTO fts_search(rowid, title, body) VALUES (new.id, new.title, new.body); END",
)
POSTGRES = (
    "ALTER TABLE search_entries ADD COLUMN fts_words tsvector GENERATED ALWAYS AS "
    "(array_to_tsvector(array_remove(string_to_array(title || body, ' '), ''))) STORED",
    "CREATE INDEX fts_search_words ON search_entries USING gin (fts_words)",
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX fts_aliases ON entity_aliases USING gin (folded gin_trgm_ops)",
)


def upgrade() -> None:
    op.create_table('search_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('resource_id', sa.Uuid(), nullable=False),
    sa.Column('article_id', sa.Uuid(), nullable=True),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('body', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.CheckConstraint("kind IN ('article', 'quote', 'entity')", name=op.f('ck_search_entries_kind')),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_search_entries_article_id_articles'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_entries')),
    sa.UniqueConstraint('kind', 'resource_id', name=op.f('uq_search_entries_kind_resource_id'))
    )
    op.create_index(op.f('ix_search_entries_article_id'), 'search_entries', ['article_id'], unique=False)
    op.create_index('ix_search_entries_at', 'search_entries', ['at', 'resource_id'], unique=False)
    bind = op.get_bind()
    for statement in SQLITE if bind.dialect.name == "sqlite" else POSTGRES:
        op.execute(statement)
    for table, first, second in ORDERS:
        op.drop_index(f'ix_{table}_{first}', table_name=table)
        op.create_index(f'ix_{table}_{first}', table, [first, second], unique=False)
    _fill(bind)


def downgrade() -> None:
    for table, first, _second in ORDERS:
        op.drop_index(f'ix_{table}_{first}', table_name=table)
        op.create_index(f'ix_{table}_{first}', table, [first], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE fts_search")  # its triggers go with search_entries
    else:
        op.execute("DROP INDEX fts_aliases")
    op.drop_table('search_entries')


def _fill(bind) -> None:
    """Entries for what is stored already, in batches; the columns are those of this revision."""
    entries = sa.table("search_entries", *map(sa.column, ("kind", "resource_id", "article_id", "title", "body", "at")))
    for kind, query in QUERIES.items():
        query = query.replace("{join}", JOINED[bind.dialect.name])
        rows = bind.execute(sa.text(query).execution_options(stream_results=True))
        while batch := rows.fetchmany(BATCH):
            bind.execute(entries.insert(), [_entry(kind, *row) for row in batch])


def _entry(kind, resource_id, article_id, title, body, at):
    return {"kind": kind, "resource_id": resource_id, "article_id": article_id, "title": folded(title), "body": folded(body), "at": at}


JOINED = {"sqlite": "group_concat(x.alias, ' ')", "postgresql": "string_agg(x.alias, ' ')"}
QUERIES = {
    "article": "SELECT a.id, a.id, a.title, r.text, a.sort_at FROM articles a JOIN revisions r ON r.article_id = a.id "
    "AND r.number = a.revision WHERE a.withdrawn_at IS NULL",
    "quote": "SELECT q.id, q.article_id, q.speaker_name, q.text, q.sort_at FROM quotes q JOIN articles a ON a.id = q.article_id "
    "WHERE q.current AND a.withdrawn_at IS NULL",
    "entity": "SELECT e.id, NULL, e.name, (SELECT {join} FROM entity_aliases x WHERE x.entity_id = e.id), e.last_seen "
    "FROM entities e WHERE e.merged_into IS NULL AND e.mention_count > 0",
}
