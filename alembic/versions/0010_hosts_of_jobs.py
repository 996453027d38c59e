"""the host of a job: the jobs of one host take turns"""

from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

_JOBS = sa.table('jobs', sa.column('id', sa.Uuid()), sa.column('url', sa.String()), sa.column('host', sa.String()), sa.column('state', sa.String()))


def upgrade() -> None:
    op.add_column('jobs', sa.Column('host', sa.String(), nullable=True))
    op.create_index('ix_jobs_host', 'jobs', ['host'], unique=False)
    connection = op.get_bind()
    waiting = sa.select(_JOBS.c.id, _JOBS.c.url).where(_JOBS.c.state.in_(('queued', 'running', 'retrying')))
    rows = [{'one': row.id, 'host': _host(row.url)} for row in connection.execute(waiting)]
    if rows:
        connection.execute(sa.update(_JOBS).where(_JOBS.c.id == sa.bindparam('one')).values(host=sa.bindparam('host')), rows)


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url or '').netloc.rpartition('@')[2].lower() or None
    except ValueError:
        return None


def downgrade() -> None:
    op.drop_index('ix_jobs_host', 'jobs')
    op.drop_column('jobs', 'host')
