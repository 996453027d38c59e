"""An invalid setting stops the start with its name; every setting is documented."""

from pathlib import Path

import pytest

from app.core.errors import ConfigError
from app.core.settings import PREFIX, Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITREP_PORT", "eighty"),
        ("SITREP_PORT", "70000"),
        ("SITREP_DATABASE_URL", "mysql://host/db"),
        ("SITREP_RATE_LIMIT", "many"),
        ("SITREP_PUBLIC_URL", "sitrep.example"),  # no scheme
        ("SITREP_LOG_LEVEL", "loud"),
        ("SITREP_POLL_INTERVAL", "60"),  # misspelt: the setting is called POLL_INTERVAL_S
    ],
)
def test_wrong_settings_name_themselves(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=name):
        load_settings()


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_setting_is_described_and_documented(field: str) -> None:
    assert Settings.model_fields[field].description
    assert f"`{PREFIX}{field.upper()}`" in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
