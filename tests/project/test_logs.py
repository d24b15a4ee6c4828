"""Log lines carry ids and figures, never content, people or tokens."""

import io
import json
import logging
import logging.config

import pytest
import structlog

from varde.project.logs import logging_settings, withhold


@pytest.fixture
def lines() -> io.StringIO:
    """What is written to a handler like that of a program without a terminal."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    settings = logging_settings(terminal=False)["formatters"]["lines"]
    formatter = settings["()"](
        foreign_pre_chain=settings["foreign_pre_chain"], processors=settings["processors"]
    )
    handler.setFormatter(formatter)
    root = logging.getLogger("varde.test")
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    root.propagate = False
    return stream


def test_content_and_people_are_withheld() -> None:
    event = {"event": "notice.sent", "notice": 17, "email": "kari@x.example", "title": "Ransomware"}

    assert withhold(None, "info", event) == {
        "event": "notice.sent",
        "notice": 17,
        "email": "withheld",
        "title": "withheld",
    }


def test_tokens_in_addresses_are_cut(lines: io.StringIO) -> None:
    logging.getLogger("varde.test").warning("Not Found: %s", "/n/s3cret-token/")
    logging.getLogger("varde.test").warning("Not Found: /login/s3cret/ and more")

    said = [json.loads(line)["event"] for line in lines.getvalue().splitlines()]
    assert said == ["Not Found: /n/…/", "Not Found: /login/…/ and more"]


def test_our_own_lines_are_names_with_fields(lines: io.StringIO) -> None:
    structlog.get_logger("varde.test").info("report.received", case=17)

    line = json.loads(lines.getvalue())
    assert (line["event"], line["case"], line["level"]) == ("report.received", 17, "info")
