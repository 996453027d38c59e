"""html behind revisions"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        'raw_pages',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('article_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('fetched_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column('content_type', _TEXT(), nullable=False),
        sa.Column('charset', _TEXT(), nullable=True),
        sa.Column('body', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_raw_pages_article_id_articles'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_raw_pages')),
        sa.UniqueConstraint('article_id', 'number', name=op.f('uq_raw_pages_article_id_number')),
    )
    op.create_index(op.f('ix_raw_pages_article_id'), 'raw_pages', ['article_id'])
    op.create_index(op.f('ix_raw_pages_fetched_at'), 'raw_pages', ['fetched_at'])


def downgrade() -> None:
    op.drop_table('raw_pages')
