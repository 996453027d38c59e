"""corrections by people"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_TIME = sqlmodel.sql.sqltypes.UTCDateTime
_BEFORE = "kind IN ('created', 'revised', 'withdrawn', 'reextracted')"
_AFTER = "kind IN ('created', 'revised', 'withdrawn', 'reextracted', 'corrected')"


def upgrade() -> None:
    op.create_table(
        'corrections',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('article_id', sa.Uuid(), nullable=False),
        sa.Column('resource', _TEXT(), nullable=False),
        sa.Column('resource_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('state', _TEXT(), nullable=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('by', _TEXT(), nullable=False),
        sa.Column('at', _TIME(), nullable=False),
        sa.Column('reason', _TEXT(), nullable=False),
        sa.Column('before', sa.JSON(), nullable=True),
        sa.Column('after', sa.JSON(), nullable=True),
        sa.Column('undone_by', _TEXT(), nullable=True),
        sa.Column('undone_at', _TIME(), nullable=True),
        sa.Column('undone_reason', _TEXT(), nullable=True),
        sa.CheckConstraint("resource IN ('quote', 'attack_report')", name=op.f('ck_corrections_resource')),
        sa.CheckConstraint("state IN ('applied', 'partial', 'orphaned', 'undone')", name=op.f('ck_corrections_state')),
        sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_corrections_article_id_articles'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_corrections')),
        sa.UniqueConstraint('resource_id', 'number', name=op.f('uq_corrections_resource_id_number')),
    )
    op.create_index(op.f('ix_corrections_article_id'), 'corrections', ['article_id'])
    op.create_index(op.f('ix_corrections_state'), 'corrections', ['state'])
    for table in ('quotes', 'attack_reports'):
        # no batch: it rebuilds the table, and dropping the old one takes its figures with it (ON DELETE CASCADE)
        op.add_column(table, sa.Column('original', sa.JSON(), nullable=True))
        op.add_column(table, sa.Column('rejected', sa.Boolean(), nullable=False, server_default=sa.false()))
    _kinds_of_changes(_AFTER)


def _kinds_of_changes(words: str) -> None:
    """Nothing refers to a change, so the table may be rebuilt."""
    with op.batch_alter_table('changes', table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_constraint(op.f('ck_changes_kind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_changes_kind'), words)


def downgrade() -> None:
    """Findings say what was extracted again (their columns after `sitrep reextract`); the outbox keeps its numbers."""
    op.execute(
        "UPDATE changes SET kind = 'reextracted', resource = 'article', resource_id = "
        "(SELECT c.article_id FROM corrections AS c WHERE c.resource_id = changes.resource_id LIMIT 1) WHERE kind = 'corrected'"
    )
    _kinds_of_changes(_BEFORE)
    for table in ('quotes', 'attack_reports'):
        op.execute(f"UPDATE {table} SET document = original WHERE original IS NOT NULL AND CAST(original AS TEXT) <> 'null'")
        op.execute(sa.text(f"UPDATE {table} SET current = :yes WHERE rejected = :yes").bindparams(yes=True))
        op.drop_column(table, 'rejected')
        op.drop_column(table, 'original')
    op.drop_index(op.f('ix_corrections_state'), table_name='corrections')
    op.drop_index(op.f('ix_corrections_article_id'), table_name='corrections')
    op.drop_table('corrections')
