"""when findings were reported, and the orders of lists that go by it"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None
TABLES = ('attack_reports', 'quotes')


def upgrade() -> None:
    for table in TABLES:
        kind = sqlmodel.sql.sqltypes.UTCDateTime()  # a default, for SQLite cannot add it empty without copying the table
        op.add_column(table, sa.Column('reported_at', kind, nullable=False, server_default='1970-01-01 00:00:00'))
        op.execute(f'UPDATE {table} SET reported_at = (SELECT sort_at FROM articles WHERE articles.id = {table}.article_id)')
        op.create_index(f'ix_{table}_reported', table, ['current', 'reported_at', 'id'])
    op.create_index('ix_articles_listed', 'articles', ['withdrawn_at', 'duplicate_of', 'sort_at', 'id'])


def downgrade() -> None:
    op.drop_index('ix_articles_listed', table_name='articles')
    for table in TABLES:
        op.drop_index(f'ix_{table}_reported', table_name=table)
        op.drop_column(table, 'reported_at')
