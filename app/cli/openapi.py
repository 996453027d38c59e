"""The contract on stdout."""

import json


def openapi() -> None:
    """Print the OpenAPI document."""
    from app.core.settings import Settings
    from app.main import create_app

    print(json.dumps(create_app(Settings()).openapi(), ensure_ascii=False, indent=1, sort_keys=True))
