"""The names this server answers to (SITREP_ALLOWED_HOSTS): any other `Host` is refused, for REST and MCP alike."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.problems import problem_response
from app.core.errors import BadRequest

_PROBES = ("/healthz", "/readyz")  # asked by address


class AllowedHosts:
    """`*.example.org` stands for every name below example.org. Ports do not matter."""

    def __init__(self, app: ASGIApp, *, hosts: tuple[str, ...]) -> None:
        self.app, self.hosts = app, tuple(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _PROBES or self._known(Headers(scope=scope).get("host", "")):
            await self.app(scope, receive, send)
            return
        error = BadRequest("This server does not answer to that host name (SITREP_ALLOWED_HOSTS).")
        await problem_response(error, scope["path"])(scope, receive, send)

    def _known(self, header: str) -> bool:
        name = header.lower().rsplit(":", 1)[0] if not header.endswith("]") else header.lower()
        return any(name == host or (host.startswith("*.") and name.endswith(host[1:])) for host in self.hosts)
