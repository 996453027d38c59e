"""sources: lag, and whether the interval was given"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('sources', schema=None) as batch_op:
        batch_op.add_column(sa.Column('poll_interval_fixed', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('lag_s', sa.Integer(), nullable=True))
    with op.batch_alter_table('sources', schema=None) as batch_op:
        batch_op.alter_column('poll_interval_fixed', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('sources', schema=None) as batch_op:
        batch_op.drop_column('lag_s')
        batch_op.drop_column('poll_interval_fixed')
