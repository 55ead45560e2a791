"""Help: the user guide of the repository within the app, whose links and pictures lead to what is there."""

import re
from pathlib import Path

import httpx
import pytest

from pages.components import guide_text
from tests.pages.support import opened, said
from tests.support.site import serving

CHAPTERS = sorted(file.stem for file in guide_text.FOLDER.glob("*.md") if file.stem != guide_text.CONTENTS)
LINK = re.compile(r'href="/guide\?chapter=([\w-]+)(?:#([\w-]+))?"')
PICTURE = re.compile(r"\((/guide/pictures/[^)]+)\)")


def body(name: str) -> str:
    chapter = guide_text.chapter(name)
    assert chapter is not None
    return chapter.body


@pytest.mark.parametrize("name", ["", *CHAPTERS])
def test_every_chapter_opens_for_who_may_only_read(people: None, name: str) -> None:
    screen = opened("vera", "guide.py", **({"chapter": name} if name else {}))
    assert not screen.exception
    heading = (guide_text.FOLDER / f"{name or guide_text.CONTENTS}.md").read_text("utf-8").splitlines()[0]
    assert f"# {screen.title[0].value}" == heading
    assert body(name) in said(screen)


def test_the_contents_lead_to_every_chapter() -> None:
    assert sorted({name for name, _ in LINK.findall(body(""))}) == CHAPTERS


def test_reading_on_leads_through_every_chapter_once() -> None:
    read = [LINK.findall(body(""))[0][0]]
    while "Next: " in body(read[-1]):
        read.append(LINK.findall(body(read[-1]))[-1][0])
    assert sorted(read) == CHAPTERS


@pytest.mark.parametrize("name", ["", *CHAPTERS])
def test_every_link_and_picture_of_a_chapter_leads_to_something(name: str) -> None:
    text = body(name)
    for chapter, section in LINK.findall(text):
        there = body(chapter)
        assert not section or section in {"-".join(one.lower().split()) for one in re.findall("^## (.+)$", there, re.M)}
    with serving() as site:
        served = [httpx.get(f"{site}{address}").headers["content-type"] for address in PICTURE.findall(text)]
    assert set(served) <= {"image/png"}
    assert ".md)" not in text
    assert "../" not in text


def test_what_is_outside_of_the_guide_is_named_by_its_file() -> None:
    assert "kept and tested: `docs/promises.md`." in body("never")
    assert (Path(__file__).parents[2] / "docs" / "promises.md").exists()


@pytest.mark.parametrize("name", ["nonsense", "README", "../promises"])
def test_a_chapter_that_there_is_not_is_a_sentence_with_a_way_back(people: None, name: str) -> None:
    screen = opened("vera", "guide.py", chapter=name)
    assert not screen.exception
    assert "There is no such chapter" in said(screen)


def test_only_pictures_are_served() -> None:
    with serving() as site:
        for path in ("", "../promises.md", "%2e%2e/promises.md", "..%2f..%2fmanage.py"):
            assert httpx.get(f"{site}/guide/pictures/{path}").status_code == 404
