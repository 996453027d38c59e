"""one open job a dedupe key"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('queued', 'running', 'retrying')")


def upgrade() -> None:
    # of several open jobs with one key (two posts at once could make them) the first keeps it
    op.execute(
        "UPDATE jobs SET dedupe_key = NULL WHERE state IN ('queued', 'running', 'retrying') AND EXISTS (SELECT 1 FROM jobs AS o "
        "WHERE o.dedupe_key = jobs.dedupe_key AND o.state IN ('queued', 'running', 'retrying') AND o.id < jobs.id)"
    )
    op.create_index(
        'uq_jobs_open_dedupe_key', 'jobs', ['dedupe_key'], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    )


def downgrade() -> None:
    op.drop_index('uq_jobs_open_dedupe_key', 'jobs')
