"""what each source lists at present"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('listed_items',
    sa.Column('source_id', sa.Uuid(), nullable=False),
    sa.Column('mark', sa.String(), nullable=False),
    sa.Column('digest', sa.String(), nullable=True),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('asked_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_listed_items_source_id_sources'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('source_id', 'mark', name=op.f('pk_listed_items'))
    )


def downgrade() -> None:
    op.drop_table('listed_items')
