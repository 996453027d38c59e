"""Tools of /mcp that refuse what they do not know: a filter given beside `filters` must not be passed over in silence."""

from typing import Any

from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from pydantic import ValidationError


class StrictTool(Tool):
    """A tool with a closed list of arguments; refusals name the argument and the reason, never the value."""

    async def run(self, arguments: dict[str, Any], context: Any, convert_result: bool = False) -> Any:
        known = sorted(self.parameters.get("properties", {}))
        unknown = sorted(set(arguments) - set(known))
        if unknown:
            hint = " Filters go inside `filters`." if "filters" in known else ""
            raise ToolError(
                f"{self.name} does not take {', '.join(unknown)}; it takes {', '.join(known) or 'nothing'}.{hint}"
            )
        try:
            return await super().run(arguments, context, convert_result)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            raise ToolError(_words(error.__cause__)) from None


def strict(*args: Any, **options: Any) -> Tool:
    """`Tool.from_function`, closed."""
    made = StrictTool.from_function(*args, **options)
    made.parameters["additionalProperties"] = False
    return made


def _words(error: ValidationError) -> str:
    told = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in told)
