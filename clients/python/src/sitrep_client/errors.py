"""What the server refused, with its reason."""

from typing import Any


class SitrepError(Exception):
    """`problem` is the RFC 9457 document; `status` and `type` are taken from it."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status}: {problem.get('detail') or problem.get('title') or 'no reason given'}")
        self.status, self.problem = status, problem
        self.type = str(problem.get("type", ""))
