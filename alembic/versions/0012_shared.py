"""spans of quotes as columns, mentions by article and by entity"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None
QUOTES = sa.table('quotes', sa.column('document', sa.JSON), sa.column('start', sa.Integer), sa.column('end', sa.Integer))


def upgrade() -> None:
    with op.batch_alter_table('quotes') as quotes:
        quotes.add_column(sa.Column('start', sa.Integer(), nullable=False, server_default='0'))
        quotes.add_column(sa.Column('end', sa.Integer(), nullable=False, server_default='0'))
    known = {name: sa.func.coalesce(QUOTES.c.document[name].as_integer(), 0) for name in ('start', 'end')}
    op.execute(QUOTES.update().values(known))
    with op.batch_alter_table('mentions') as mentions:
        for name in ('article_id', 'entity_id', 'current'):
            mentions.drop_index(f'ix_mentions_{name}')
        mentions.create_index('ix_mentions_article', ['article_id', 'current', 'entity_id'])
        mentions.create_index('ix_mentions_entity', ['entity_id', 'current', 'article_id'])


def downgrade() -> None:
    with op.batch_alter_table('mentions') as mentions:
        for name in ('article', 'entity'):
            mentions.drop_index(f'ix_mentions_{name}')
        for name in ('article_id', 'entity_id', 'current'):
            mentions.create_index(f'ix_mentions_{name}', [name])
    with op.batch_alter_table('quotes') as quotes:
        quotes.drop_column('start')
        quotes.drop_column('end')
