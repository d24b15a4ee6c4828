"""Every text of ours is translated into Bokmål and Nynorsk, with its placeholders intact."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib

from tools.checks.files import python, tracked

LANGUAGES = ("nb", "nn")
SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
Key = tuple[str, str]  # context, text


def check(root: Path) -> list[str]:
    complaints = []
    said: dict[Key, str] = {}
    for path, key, line in texts(root):
        said.setdefault(key, f"{path.relative_to(root)}:{line}")
    for language in LANGUAGES:
        known: set[Key] = set()
        for po in tracked(root, f"src/**/locale/{language}/LC_MESSAGES/*.po"):
            name = po.relative_to(root)
            for entry in polib.pofile(str(po)):
                complaints += [f"{name}:{entry.linenum}: {fault}" for fault in _faults(entry)]
                known.add((entry.msgctxt or "", entry.msgid))
        complaints += [
            f"{place}: not in {language}: {key[1]!r}"
            for key, place in said.items()
            if key not in known
        ]
    return complaints


def _faults(entry: polib.POEntry) -> Iterator[str]:
    if entry.obsolete:
        return
    forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if entry.fuzzy or not all(forms):
        yield f"not translated: {entry.msgid!r}"
        return
    allowed = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
    if any(set(PLACEHOLDER.findall(form)) - allowed for form in forms):
        yield f"placeholders differ: {entry.msgid!r}"
    if not entry.msgid_plural and set(PLACEHOLDER.findall(entry.msgstr)) != allowed:
        yield f"placeholders differ: {entry.msgid!r}"


def texts(root: Path) -> Iterator[tuple[Path, Key, int]]:
    """Every text marked for translation in our Python and templates, with its place."""
    for path, tree in python(root, "src"):
        for key, line in python_texts(tree):
            yield path, key, line
    for path in tracked(root, "src/**/templates/**/*"):
        for key, line in template_texts(path.read_text(), str(path)):
            yield path, key, line


def python_texts(tree: ast.AST) -> Iterator[tuple[Key, int]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        words = [a.value for a in node.args if isinstance(a, ast.Constant)]
        strings = [word for word in words if isinstance(word, str)]
        if name in SINGULAR | PLURAL and strings:
            yield ("", strings[0]), node.lineno
        elif name in CONTEXT and len(strings) > 1:
            yield (strings[0], strings[1]), node.lineno


def template_texts(text: str, origin: str) -> Iterator[tuple[Key, int]]:
    """Django turns a template into something like Python, whose calls we read."""
    from django.conf import settings  # noqa: PLC0415 - the other checks need no Django
    from django.utils.translation.template import templatize  # noqa: PLC0415 - as above

    if not settings.configured:
        settings.configure()
    source = templatize(text, origin=origin)
    call = r"(?<!\w)(n?p?gettext|_)\((.*?)\)(?=\s|$)"
    for found in re.finditer(call, source, re.DOTALL):
        try:
            tree = ast.parse(found.group())
        except SyntaxError:
            continue
        line = source.count("\n", 0, found.start()) + 1
        yield from ((key, line) for key, _ in python_texts(tree))
