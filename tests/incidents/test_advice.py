from typing import Any

from django.utils.translation import override

from varde.base.marking import TLP
from varde.incidents.advice import MEANING, STEPS, TLP_MEANING, steps_for, themes_of
from varde.incidents.enums import Theme


def finding(alert: str, **changes: Any) -> Any:
    facts = {"alerts": [alert], "kind": "indicator", "indicator_type": "ip", "severity": 3}
    return facts | changes


def row(alert: str, direction: str) -> Any:
    return {"alert": alert, "direction": direction}


def test_what_was_seen_decides_what_is_said() -> None:
    findings = [
        finding("a"),
        finding("b", severity=4),
        finding("c", indicator_type="sha256", severity=2),
        finding("d", indicator_type="email", severity=1),
    ]

    themes = themes_of(findings, [row("a", "outbound"), row("b", "inbound")])

    assert themes == [Theme.INBOUND, Theme.OUTBOUND, Theme.FILE]
    assert themes_of([finding("x", kind="signature")], []) == [Theme.SIGNATURE]
    assert themes_of([], []) == [Theme.SIGNATURE]


def test_every_theme_and_label_has_its_words() -> None:
    assert set(MEANING) == set(STEPS) == set(Theme)
    assert set(TLP_MEANING) == set(TLP)


def test_each_step_is_said_once_and_the_answer_comes_last() -> None:
    with override("en"):
        steps = [str(step) for step in steps_for([Theme.OUTBOUND, Theme.FILE, Theme.MAIL])]

    assert len(steps) == len(set(steps)) == 5
    assert steps[-1].startswith("Tell us how it went")
