"""The interface in other languages than its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from techtree.rendering import TEMPLATES
from techtree.settings import ROOT
from tests.languages.catalogues import gaps, languages
from tests.languages.visible import untranslated

OPERATORS = {"admin", "styleguide"}
"""Pages of those who run the site or change it: in English, as the command line and the log are."""

SHOWN = """
from datetime import UTC, date, datetime
from techtree.languages import day, direction, gettext, moment, ngettext
from techtree.status import Level
print(gettext("Sign in"), Level.BEGINNER.label, direction())
print(ngettext("{count} lesson", "{count} lessons", 1).format(count=1), gettext("no such words"))
print(day(date(2026, 3, 5)), day(date(2026, 3, 5), "MMMMd"), moment(datetime(2026, 3, 5, 14, 3)))
"""


@pytest.mark.parametrize("language", languages())
def test_every_sentence_is_translated(language: str) -> None:
    assert list(gaps(language)) == [], "`make messages` brings the catalogue up to date"


@pytest.mark.parametrize(
    "template",
    [
        path
        for path in sorted(TEMPLATES.rglob("*.html"))
        if path.relative_to(TEMPLATES).parts[0] not in OPERATORS
    ],
    ids=lambda path: str(path.relative_to(TEMPLATES)),
)
def test_a_template_shows_no_words_of_its_own(template: Path) -> None:
    assert list(untranslated(template)) == []


def test_the_check_of_templates_finds_words(tmp_path: Path) -> None:
    template = tmp_path / "show.html"
    template.write_text(
        '<p title="Here">{{ _("Said") }} now {{ "Yes" if x else _("No") }}'
        '{% trans %}Translated{% endtrans %}<a aria-label="{{ _("Why?") }}">TechTree</a></p>'
    )
    assert list(untranslated(template)) == ["Yes", "Here", "now"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "Sign in Beginner ltr",
                "1 lesson no such words",
                "5 Mar 5 March 5 March 2026, 14:03",
            ],
        ),
        (
            "ja",
            [
                "ログイン 初心者 ltr",
                "レッスン1件 no such words",
                "3月5日 3月5日 2026年3月5日 14:03",
            ],
        ),
    ],
)
def test_a_site_speaks_its_language(language: str, expected: list[str]) -> None:
    shown = subprocess.run(
        [sys.executable, "-c", SHOWN],
        cwd=ROOT,
        env={"TECHTREE_LANGUAGE": language, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.splitlines() == expected
