"""findings of every revision, title changes, markup changes"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_TIME = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.add_column('articles', sa.Column('raw_hash', _TEXT(), nullable=True))
    op.add_column('articles', sa.Column('markup_changed_at', _TIME(), nullable=True))
    op.create_table(
        'snapshots',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('article_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('extractor_version', _TEXT(), nullable=False),
        sa.Column('at', _TIME(), nullable=False),
        sa.Column('entities', sa.JSON(), nullable=True),
        sa.Column('quotes', sa.JSON(), nullable=True),
        sa.Column('attack_reports', sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_snapshots_article_id_articles'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_snapshots')),
        sa.UniqueConstraint('article_id', 'number', name=op.f('uq_snapshots_article_id_number')),
    )
    op.create_index(op.f('ix_snapshots_article_id'), 'snapshots', ['article_id'])
    op.create_table(
        'title_changes',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('article_id', sa.Uuid(), nullable=False),
        sa.Column('at', _TIME(), nullable=False),
        sa.Column('before', _TEXT(), nullable=True),
        sa.Column('after', _TEXT(), nullable=True),
        sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_title_changes_article_id_articles'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_title_changes')),
    )
    op.create_index(op.f('ix_title_changes_article_id'), 'title_changes', ['article_id'])


def downgrade() -> None:
    op.drop_table('title_changes')
    op.drop_table('snapshots')
    # no batch: it rebuilds the table, and dropping the old one takes every quote and report with it (ON DELETE CASCADE)
    op.drop_column('articles', 'markup_changed_at')
    op.drop_column('articles', 'raw_hash')
