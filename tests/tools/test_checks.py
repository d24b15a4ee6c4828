"""Each check of our own catches what it is there for, and nothing else."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.checks import access, messages, reasons, size, strangers, templates, tested

Check = Callable[[Path], list[str]]


@pytest.fixture
def repository(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file into an otherwise empty repository; gives the repository."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("check", "name", "text", "complaint"),
    [
        (size.check, "src/varde/a/b.py", "x = 1\n" * 401, "has 401 lines"),
        (size.check, "tests/t.py", "def long():\n" + "    pass\n" * 50, "long has 51 lines"),
        (
            size.check,
            "src/a.py",
            "class C:\n" + "".join(f"    def m{i}(self): ...\n" for i in range(21)),
            "C has 21 methods",
        ),
        (tested.check, "src/varde/notify/channels/email/smtp.py", "", "test_smtp.py"),
        (access.check, "src/varde/console/views/x.py", "Case.objects.all()\n", ".objects outside"),
        (reasons.check, "src/a.py", "import b  # noqa: F401\n", "without its reason"),
        (reasons.check, "src/a.py", "import b  # noqa\n", "without its reason"),
        (reasons.check, "src/a.py", "x: int = b  # type: ignore[x]\n", "without its reason"),
        (strangers.check, "docs/a.md", "see https://registry.somewhere.no/x", "registry.somewhere"),
        (strangers.check, "docs/a.md", "in /" + "home/kari/varde", "somebody's machine"),
        (templates.check, "src/a.html", '<p style="color:red">', "a style attribute"),
        (templates.check, "src/a.html", "<script>alert(1)</script>", "an inline script"),
        (templates.check, "src/a.html", '<p\nonclick="x()">', "an event handler attribute"),
        (templates.check, "src/a.html", '<p hx-trigger="click[x]">', "a filter in hx-trigger"),
        (templates.check, "src/a.html", "{{ title|safe }}", "the safe filter"),
        (templates.check, "src/a.html", '<img src="//cdn.example/x.png">', "from outside"),
        (messages.check, "src/a.py", 'say(_("Not translated"))\n', "not in nn: 'Not translated'"),
        (
            messages.check,
            "src/templates/a.html",
            '{% load i18n %}{% translate "Nor this" %}',
            "not in nb: 'Nor this'",
        ),
        (
            messages.check,
            "src/locale/nb/LC_MESSAGES/django.po",
            'msgid "%(n)s of them"\nmsgstr "noen av dem"\n',
            "placeholders differ",
        ),
    ],
)
def test_a_fault_is_named(
    check: Check, name: str, text: str, complaint: str, repository: Callable[[str, str], Path]
) -> None:
    complaints = check(repository(name, text))

    assert [line for line in complaints if complaint in line] != []
    assert complaints[0].startswith(f"{name}:")


@pytest.mark.parametrize(
    ("check", "name", "text"),
    [
        (size.check, "src/varde/a/migrations/0001.py", "x = 1\n" * 500),
        (access.check, "src/varde/base/actions/x.py", "Case.objects.all()\n"),
        (reasons.check, "src/a.py", "import b  # noqa: F401 - the fixtures\n"),
        (reasons.check, "src/a.py", "x = '# noqa'\n"),
        (strangers.check, "docs/a.md", "http://127.0.0.1:8000, https://x.example, see src/home/x"),
        (templates.check, "src/a.html", '<script src="{% static "x.js" %}" defer></script>'),
        (templates.check, "src/a.html", '{# <p style="x"> #}<p data-on="x" hx-trigger="click">'),
        (messages.check, "src/a.py", 'say("plain")\n'),
    ],
)
def test_what_is_right_is_left_alone(
    check: Check, name: str, text: str, repository: Callable[[str, str], Path]
) -> None:
    assert check(repository(name, text)) == []


def test_a_module_counts_as_tested_by_its_own_or_its_package_test() -> None:
    assert tested.names(("notify", "channels", "email", "compose")) == {
        "test_compose",
        "test_channels_compose",
        "test_email_compose",
        "test_channels",
        "test_email",
    }


def test_a_text_with_its_translations_is_complete(
    repository: Callable[[str, str], Path],
) -> None:
    repository("src/a.py", 'say(_("%(n)s of them"))\n')
    repository("src/locale/nb/LC_MESSAGES/a.po", 'msgid "%(n)s of them"\nmsgstr "%(n)s av dem"\n')
    root = repository(
        "src/locale/nn/LC_MESSAGES/a.po", 'msgid "%(n)s of them"\nmsgstr "%(n)s av dei"\n'
    )

    assert messages.check(root) == []
