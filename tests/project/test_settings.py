"""Django's settings as they follow from ours."""

import json
import os
import subprocess
import sys
from pathlib import Path

from varde.project import live_settings, live_urls, settings

CODE = (
    "import json, sys; from varde.project import settings\n"
    "print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))"
)


def settings_with(home: Path, *names: str, **environment: str) -> dict[str, object]:
    """Some settings as a new process with this environment has them."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("VARDE_")}
    varde = {f"VARDE_{name.upper()}": value for name, value in environment.items()}
    done = subprocess.run(
        [sys.executable, "-c", CODE, *names],
        env=kept | varde | {"VARDE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_an_https_address_makes_cookies_secure_and_trusts_the_proxy(tmp_path: Path) -> None:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS")

    assert settings_with(tmp_path, *names, base_url="https://varde.example") == {
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
    }
    assert settings_with(tmp_path, *names, base_url="http://127.0.0.1:8000") == {
        "SESSION_COOKIE_SECURE": False,
        "CSRF_COOKIE_SECURE": False,
        "SECURE_HSTS_SECONDS": 0,
    }


def test_a_socket_of_postgresql_keeps_its_capitals(tmp_path: Path) -> None:
    url = "postgresql://varde:p%40ss@/records?host=/run/PostgreSQL"

    database = settings_with(tmp_path, "DATABASES", database_url=url)["DATABASES"]

    assert isinstance(database, dict)
    found = database["default"]
    assert (found["HOST"], found["NAME"], found["USER"], found["PASSWORD"]) == (
        "/run/PostgreSQL",
        "records",
        "varde",
        "p@ss",
    )


def test_sqlite_syncs_what_it_acknowledges(tmp_path: Path) -> None:
    database = settings_with(tmp_path, "DATABASES")["DATABASES"]

    assert isinstance(database, dict)
    assert "synchronous=FULL" in database["default"]["OPTIONS"]["init_command"]
    assert database["default"]["NAME"] == str(tmp_path / "varde.sqlite3")


def test_only_a_demonstration_is_entered_without_a_second_factor(tmp_path: Path) -> None:
    second_factor = "varde.accounts.second_factor.SecondFactorMiddleware"

    assert second_factor in settings.MIDDLEWARE
    assert second_factor in str(settings_with(tmp_path, "MIDDLEWARE"))
    assert second_factor not in str(settings_with(tmp_path, "MIDDLEWARE", demo="true"))


def test_each_start_without_a_secret_has_its_own(tmp_path: Path) -> None:
    keys = {str(settings_with(tmp_path, "SECRET_KEY")["SECRET_KEY"]) for _ in range(2)}

    assert len(keys) == 2
    assert min(map(len, keys)) >= 80


def test_the_live_updates_are_guarded_like_pages_and_serve_no_other() -> None:
    left_out = set(settings.MIDDLEWARE) - set(live_settings.MIDDLEWARE)

    assert live_urls.__name__ == live_settings.ROOT_URLCONF
    assert left_out == {"whitenoise.middleware.WhiteNoiseMiddleware"}
    assert {str(pattern.pattern) for pattern in live_urls.urlpatterns} == {
        "healthz",
        "live/alerts/",
    }
