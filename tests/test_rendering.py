"""The Jinja environment, and the files that pages load."""

import re
from hashlib import sha256

import pytest
from jinja2 import UndefinedError

from techtree import rendering
from techtree.assets import STATIC
from techtree.rendering import render

ERROR_PAGE = {"status_code": 404, "title": "Nothing here", "what": "Gone.", "next_": "Go back."}


def test_what_learners_typed_is_text_and_never_markup() -> None:
    page = render("errors/error.html", **{**ERROR_PAGE, "what": "<script>alert(1)</script>"})
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_a_forgotten_variable_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(UndefinedError, match="next_"):
        render("errors/error.html", status_code=404, title="Nothing here", what="Gone.")


def test_an_error_page_needs_neither_a_learner_nor_a_token() -> None:
    assert "Nothing here" in render("errors/error.html", **ERROR_PAGE)


def test_pages_hold_no_script_or_style_of_their_own() -> None:
    for template in rendering.TEMPLATES.rglob("*.html"):
        source = template.read_text()
        # A variable says where something is; how it looks is for the style sheets.
        assert not re.search(r'\sstyle="(?!--)', source), template
        assert "<style" not in source, template
        assert "<script>" not in source, template
        assert not re.search(r"\son\w+\s*=|hx-on|javascript:|js:", source), template


def test_vendored_files_are_what_was_published() -> None:
    vendor = STATIC / "vendor"
    listed = {}
    for line in (vendor / "CHECKSUMS").read_text().splitlines():
        checksum, name = line.split()
        listed[name] = checksum
    found = {
        f"./{file.relative_to(vendor).as_posix()}": sha256(file.read_bytes()).hexdigest()
        for file in vendor.rglob("*")
        if file.is_file() and file.name != "CHECKSUMS"
    }
    assert found == listed


def test_every_vendored_folder_holds_its_licence() -> None:
    for folder in (STATIC / "vendor").iterdir():
        assert folder.is_file() or (folder / "LICENSE").is_file(), folder


def test_pages_with_prose_can_show_maths() -> None:
    """Without KaTeX's styles each formula would be seen twice."""
    pages = [page.read_text() for page in rendering.TEMPLATES.rglob("show.html")]
    with_prose = [page for page in pages if "asset('prose.css')" in page]
    assert len(with_prose) >= 2
    assert all("katex.min.css" in page for page in with_prose)
