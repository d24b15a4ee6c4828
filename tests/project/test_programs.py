"""Which programs an installation runs, and with what options."""

import socket

from varde.project.config import Config
from varde.project.programs import NAMES, is_free, programs


def test_everything_runs_by_default_and_some_where_asked() -> None:
    assert [program.name for program in programs(Config())] == list(NAMES)
    assert [program.name for program in programs(Config(), ["worker", "web"])] == ["web", "worker"]


def test_pages_are_wsgi_and_live_updates_asgi_on_the_ports_that_are_set() -> None:
    web, live = programs(Config(bind="::1", port=81, live_port=82), ["web", "live"])

    assert (
        option(web.command, "interface"),
        option(live.command, "interface"),
    ) == ("wsgi", "asginl")
    assert (option(web.command, "host"), option(web.command, "port")) == ("::1", "81")
    assert (live.host, live.port) == ("::1", 82)
    assert web.command[-1] == "varde.project.wsgi:application"
    assert live.command[-1] == "varde.project.asgi:application"


def option(command: tuple[str, ...], name: str) -> str:
    return command[command.index(f"--{name}") + 1]


def test_a_port_that_somebody_holds_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert is_free("127.0.0.1", port) is False

    assert is_free("127.0.0.1", port) is True
