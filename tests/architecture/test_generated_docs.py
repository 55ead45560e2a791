"""The generated pages say what the code says."""

from pathlib import Path

import pytest

from scripts.generate_docs import pages
from services.settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["commands.md", "settings.md", "simulator-facts.md", "sync-rules.md"])
def test_a_generated_page_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == pages()[name], "run `make docs`"


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_no_document_points_at_a_file_that_is_not_there() -> None:
    broken = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
        for target in links_of(page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def links_of(markdown: str) -> list[str]:
    targets = [part.partition(")")[0].partition("#")[0] for part in markdown.split("](")[1:]]
    return [target for target in targets if target and "://" not in target]
