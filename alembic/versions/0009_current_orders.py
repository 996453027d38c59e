"""the current findings in the order of their lists: one index serves both, else each page sorts them all"""

from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

TABLES = ("attack_reports", "quotes")


def upgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_current", table_name=table)
        op.create_index(f"ix_{table}_current", table, ["current", "sort_at", "id"], unique=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_current", table_name=table)
        op.create_index(f"ix_{table}_current", table, ["current"], unique=False)
