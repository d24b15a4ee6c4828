"""Compile every ``django.po`` into ``django.mo``; the same text gives the same bytes."""

import sys
from pathlib import Path

import polib

SOURCE = Path(__file__).resolve().parent.parent / "src"


def compile_messages(source: Path = SOURCE) -> list[Path]:
    """The ``.mo`` files written; those newer than their ``.po`` are left alone."""
    written = []
    for po in sorted(source.glob("**/locale/*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        polib.pofile(str(po), encoding="utf-8", check_for_duplicates=True).save_as_mofile(str(mo))
        written.append(mo)
    return written


if __name__ == "__main__":
    try:
        count = len(compile_messages())
    except (OSError, ValueError) as error:
        sys.exit(f"messages: {error}")
    if count:
        print(f"messages: {count} compiled")
