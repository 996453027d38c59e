"""The table of contents: one router a resource, in the order of the documentation."""

from app.api import (
    articles,
    attacks,
    changes,
    citation,
    entities,
    exports,
    jobs,
    opml,
    quotes,
    revisions,
    search,
    service,
    sources,
    stream,
    submit,
    webhooks,
)

ROUTERS = (
    submit.router,
    exports.router,
    articles.router,
    revisions.router,
    citation.router,
    entities.router,
    quotes.router,
    attacks.router,
    search.router,
    opml.router,
    sources.router,
    jobs.router,
    changes.router,
    stream.router,
    webhooks.router,
    service.router,
)
