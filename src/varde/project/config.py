"""Settings of an installation: one TOML file, the environment above it, secrets in a 0600 file.

``VARDE_HOME`` is the one directory that holds all data. Within it: ``varde.toml`` (settings),
``secrets.toml`` (made by ``varde init``, mode 0600), ``varde.sqlite3``, ``lake/``, ``raw/``,
``dead-letters/``, ``artefacts/``, ``incoming/``.
"""

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


def home() -> Path:
    """The data directory: ``VARDE_HOME``, else ``var/`` below the working directory."""
    return Path(os.environ.get("VARDE_HOME", "var")).resolve()


class Config(BaseSettings):
    """Every setting, with its meaning; ``varde config show --origin`` lists them."""

    model_config = SettingsConfigDict(env_prefix="VARDE_", extra="forbid")

    database_url: str = Field("", description="postgresql://…; empty: SQLite in the home")
    secret_key: SecretStr = Field(SecretStr(""), description="Signs sessions and links")
    base_url: str = Field("http://127.0.0.1:8000", description="What members' links begin with")
    bind: str = Field("127.0.0.1", description="Address that `varde up` listens on")
    port: int = Field(8000, ge=1, le=65535, description="Port of the web process")
    live_port: int = Field(8001, ge=1, le=65535, description="Port of the live updates")
    live_url: str = Field("", description="Live updates as browsers see them; empty: live_port")
    organisation_name: str = Field("Varde", description="Name of the centre, shown to members")
    organisation_email: str = Field("csirt@varde.example", description="Sender of notices")
    organisation_phone: str = Field("", description="Duty telephone, shown to members")
    smtp_url: str = Field("", description="smtp://user:password@host:587; empty: capture mail")
    smtp_password: SecretStr = Field(SecretStr(""), description="Overrides the one in smtp_url")
    time_zone: str = Field("Europe/Oslo", description="Zone in which times are shown")
    demo: bool = Field(default=False, description="Demonstration: nothing leaves the machine")
    raw_days: int = Field(14, ge=1, description="Days that raw log lines are kept")
    lake_days: int = Field(365, ge=1, description="Days that events are kept")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings
        files = [home() / "secrets.toml", home() / "varde.toml"]
        return (
            init_settings,
            env_settings,
            *(TomlConfigSettingsSource(settings_cls, file) for file in files if file.exists()),
        )


def read_file(path: Path) -> dict[str, Any]:
    """The settings that a TOML file states; empty where there is no file."""
    return tomllib.loads(path.read_text()) if path.exists() else {}


@cache
def config() -> Config:
    """The settings in force, read once."""
    return Config()
