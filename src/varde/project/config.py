"""Settings of an installation: one TOML file, the environment above it, secrets in a 0600 file.

``VARDE_HOME`` is the one directory that holds all data. Within it: ``varde.toml`` (settings),
``secrets.toml`` (made by ``varde init``, mode 0600), ``varde.sqlite3``, ``lake/``, ``raw/``,
``dead-letters/``, ``artefacts/``, ``incoming/``.
"""

import os
import tomllib
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from varde.project.errors import WrongSettings

PREFIX = "VARDE_"
MASK = "********"


def home() -> Path:
    """The data directory: ``VARDE_HOME``, else ``var/`` below the working directory."""
    return Path(os.environ.get("VARDE_HOME", "var")).resolve()


def files() -> list[Path]:
    """Where settings are read from, the strongest first; the environment is above both."""
    return [home() / "secrets.toml", home() / "varde.toml"]


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError(f"{text!r} is no IP address; write 127.0.0.1 for this machine") from None


def _optional_address(text: str) -> str:
    return _address(text) if text else ""


def _web_url(text: str) -> str:
    """An origin without the slash at its end, so that paths can be appended."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise ValueError(f"{text!r} is no address such as https://varde.example")
    return text.rstrip("/")


def _optional_web_url(text: str) -> str:
    return _web_url(text) if text else ""


def _one_of(*schemes: str) -> AfterValidator:
    def known(text: str) -> str:
        if text and urlsplit(text).scheme not in schemes:
            raise ValueError(f"must begin with {' or '.join(f'{s}://' for s in schemes)}")
        return text

    return AfterValidator(known)


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{text!r} is no time zone; Europe/Oslo is one") from None
    return text


class Config(BaseSettings):
    """Every setting, with its meaning; ``varde config show --origin`` lists them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid")

    database_url: Annotated[str, _one_of("postgresql", "postgres")] = Field(
        "", description="postgresql://…; empty: SQLite in the home"
    )
    secret_key: SecretStr = Field(SecretStr(""), description="Signs sessions and links")
    base_url: Annotated[str, AfterValidator(_web_url)] = Field(
        "http://127.0.0.1:8000", description="What members' links begin with"
    )
    live_url: Annotated[str, AfterValidator(_optional_web_url)] = Field(
        "", description="Where browsers find the live updates; empty: base_url with live_port"
    )
    bind: Annotated[str, AfterValidator(_address)] = Field(
        "127.0.0.1", description="IP address that `varde up` listens on"
    )
    trusted_proxy: Annotated[str, AfterValidator(_optional_address)] = Field(
        "", description="IP address of the TLS proxy whose X-Forwarded-For is believed"
    )
    port: int = Field(8000, ge=1, le=65535, description="Port of the web process")
    live_port: int = Field(8001, ge=1, le=65535, description="Port of the live updates")
    organisation_name: str = Field("Varde", description="Name of the centre, shown to members")
    organisation_email: str = Field("csirt@varde.example", description="Sender of notices")
    organisation_phone: str = Field("", description="Duty telephone, shown to members")
    smtp_url: Annotated[str, _one_of("smtp", "smtp+starttls", "smtps")] = Field(
        "", description="smtp+starttls://user:password@host:587; empty: capture mail"
    )
    smtp_password: SecretStr = Field(SecretStr(""), description="Overrides the one in smtp_url")
    time_zone: Annotated[str, AfterValidator(_zone)] = Field(
        "Europe/Oslo", description="Zone in which times are shown"
    )
    log_level: Literal["debug", "info", "warning"] = Field(
        "info", description="What is written to the log: this and worse"
    )
    web_threads: int = Field(4, ge=1, le=64, description="Requests answered at the same time")
    demo: bool = Field(default=False, description="Demonstration: nothing leaves the machine")
    raw_days: int = Field(14, ge=1, description="Days that raw log lines are kept")
    lake_days: int = Field(365, ge=1, description="Days that events are kept")

    @model_validator(mode="after")
    def _demo_stays_at_home(self) -> Self:
        """A demonstration lets its staff in by a link alone, so nobody else may reach it."""
        if self.demo and not ip_address(self.bind).is_loopback:
            raise ValueError("bind: a demonstration listens on 127.0.0.1 only")
        if self.demo and self.smtp_url:
            raise ValueError("smtp_url: a demonstration sends no mail")
        return self

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
        return (
            init_settings,
            env_settings,
            *(TomlConfigSettingsSource(settings_cls, file) for file in files() if file.exists()),
        )


def read_file(path: Path) -> dict[str, Any]:
    """The settings that a TOML file states; empty where there is no file."""
    return tomllib.loads(path.read_text()) if path.exists() else {}


@cache
def config() -> Config:
    """The settings in force, read once; raises ``WrongSettings`` with a line for each wrong one."""
    try:
        return Config()
    except ValidationError as error:
        # Never the value itself: it may be a secret.
        wrong = [
            ": ".join([*(str(part) for part in fault["loc"]), fault["msg"]])
            for fault in error.errors(include_input=False, include_url=False)
        ]
    except tomllib.TOMLDecodeError as error:
        wrong = [f"{home() / 'varde.toml'}: {error}"]
    raise WrongSettings("; ".join(wrong))


def live_url(settings: Config) -> str:
    """Where browsers find the live updates: stated, or beside the pages on ``live_port``."""
    if settings.live_url:
        return settings.live_url
    parts = urlsplit(settings.base_url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}:{settings.live_port}"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it is in force, and where its value comes from; secrets are masked."""

    name: str
    value: str
    origin: str
    meaning: str


def settings_in_force() -> list[Setting]:
    """Every setting in the order of its declaration."""
    current = config()
    stated = {file: read_file(file) for file in files()}
    shown = []
    for name, field in Config.model_fields.items():
        origin = next((str(file) for file in stated if name in stated[file]), "default")
        if f"{PREFIX}{name}".upper() in os.environ:
            origin = f"environment {PREFIX}{name.upper()}"
        value = _shown(getattr(current, name))
        shown.append(Setting(name, value, origin, field.description or ""))
    return shown


def _shown(value: object) -> str:
    """A value fit for the screen: secrets masked, and the password within a URL."""
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    password = urlsplit(value).password if isinstance(value, str) and "://" in value else None
    return str(value).replace(f":{password}@", f":{MASK}@") if password else str(value)
