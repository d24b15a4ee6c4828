"""Settings: one file, the environment above it, wrong values refused with their name."""

from pathlib import Path

import pytest

from varde.project.config import Config, config, home, live_url, settings_in_force
from varde.project.errors import WrongSettings


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without files, and no settings in the environment."""
    for name in Config.model_fields:
        monkeypatch.delenv(f"VARDE_{name}".upper(), raising=False)
    monkeypatch.setenv("VARDE_HOME", str(tmp_path))
    config.cache_clear()
    return tmp_path


@pytest.fixture(autouse=True)
def _forget_afterwards() -> object:
    yield
    config.cache_clear()


def test_a_machine_works_with_nothing_set(empty_home: Path) -> None:
    found = config()

    assert home() == empty_home
    assert found.database_url == ""
    assert found.base_url == "http://127.0.0.1:8000"
    assert live_url(found) == "http://127.0.0.1:8001"


def test_the_environment_is_above_the_file_and_the_file_above_the_default(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_home / "varde.toml").write_text('port = 8100\norganisation_name = "From file"\n')
    monkeypatch.setenv("VARDE_PORT", "8200")

    rows = {setting.name: setting for setting in settings_in_force()}

    assert (rows["port"].value, rows["port"].origin) == ("8200", "environment VARDE_PORT")
    assert rows["organisation_name"].origin == str(empty_home / "varde.toml")
    assert rows["raw_days"].origin == "default"


def test_secrets_are_masked_wherever_they_are(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_home / "secrets.toml").write_text('secret_key = "leaked-key"\n')
    monkeypatch.setenv("VARDE_SMTP_URL", "smtp://csirt:leaked-word@mail.example:587")
    monkeypatch.setenv("VARDE_DATABASE_URL", "postgresql://varde:leaked-too@db.example/varde")

    shown = " ".join(setting.value for setting in settings_in_force())

    assert "leaked" not in shown
    assert "smtp://csirt:********@mail.example:587" in shown


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("BIND", "localhost", "is no IP address"),
        ("BASE_URL", "varde.example", "is no address such as"),
        ("SMTP_URL", "mail.example", "must begin with smtp://"),
        ("DATABASE_URL", "mysql://x/y", "must begin with postgresql://"),
        ("TIME_ZONE", "Europe/Bergen", "is no time zone"),
        ("PORT", "0", "greater than or equal to 1"),
    ],
)
@pytest.mark.usefixtures("empty_home")
def test_a_wrong_value_is_refused_with_its_name(
    name: str, value: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"VARDE_{name}", value)

    with pytest.raises(WrongSettings) as refused:
        config()

    assert str(refused.value).startswith(f"{name.lower()}: ")
    assert reason in str(refused.value)


def test_an_unknown_setting_in_the_file_is_refused(empty_home: Path) -> None:
    (empty_home / "varde.toml").write_text("prot = 8100\n")

    with pytest.raises(WrongSettings, match=r"prot: "):
        config()


def test_a_refused_secret_is_not_repeated(empty_home: Path) -> None:
    (empty_home / "secrets.toml").write_text('secret_key = ["leaked"]\n')

    with pytest.raises(WrongSettings) as refused:
        config()

    assert "leaked" not in str(refused.value)


def test_live_updates_of_an_ipv6_address_keep_their_brackets() -> None:
    assert live_url(Config(base_url="http://[::1]:8000", live_port=9)) == "http://[::1]:9"
    assert live_url(Config(live_url="https://live.varde.example/")) == "https://live.varde.example"


@pytest.mark.parametrize(
    ("name", "value"), [("BIND", "192.0.2.1"), ("SMTP_URL", "smtp://mail.example")]
)
@pytest.mark.usefixtures("empty_home")
def test_a_demonstration_neither_listens_to_others_nor_writes_to_them(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VARDE_DEMO", "true")
    monkeypatch.setenv(f"VARDE_{name}", value)

    with pytest.raises(WrongSettings, match="a demonstration"):
        config()
