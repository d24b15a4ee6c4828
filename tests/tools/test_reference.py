"""The reference pages say what the code says."""

import pytest

from tools.reference import FOLDER, NOTE, pages
from varde.project.config import Config


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_page_is_what_the_code_would_write(name: str) -> None:
    assert (FOLDER / name).read_text() == pages()[name], "run `make docs`"


def test_no_page_is_left_from_code_that_is_gone() -> None:
    generated = {path.name for path in FOLDER.glob("*.md") if path.read_text().startswith(NOTE)}

    assert generated == set(pages())


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in Config.model_fields.items() if not field.description] == []


def test_links_between_pages_lead_somewhere() -> None:
    root = FOLDER.parent.parent
    pages_of_ours = [*root.glob("*.md"), *root.glob("docs/**/*.md")]

    broken = [
        f"{page.relative_to(root)}: {target}"
        for page in pages_of_ours
        for target in _links(page.read_text())
        if not (page.parent / target).exists()
    ]

    assert broken == []


def _links(text: str) -> list[str]:
    """Targets of Markdown links and pictures within the repository."""
    targets = []
    for part in text.split("](")[1:]:
        target = part.split(")")[0].split("#")[0].split(" ")[0]
        if target and "://" not in target and not target.startswith("mailto:"):
            targets.append(target)
    return targets


def test_links_are_found() -> None:
    text = "[a](b.md#part) ![c](d/e.png) [f](https://x.example) [g](#here)"

    assert _links(text) == ["b.md", "d/e.png"]
