"""The one Jinja environment: pages, answers to a POST and stream updates are all made with it."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from techtree import languages
from techtree.assets import asset
from techtree.settings import get_settings

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **context: Any) -> str:
    return environment().get_template(template).render(context)


@cache
def environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        # Everything is HTML, whatever a file is called.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Looking whether a file has changed takes longer than filling in a small template.
        auto_reload=get_settings().env == "development",
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        languages.gettext, languages.ngettext, newstyle=True
    )
    environment.globals.update(
        asset=asset,
        language=get_settings().language,
        direction=languages.direction(),
        # The library teaches in one language: nothing to choose.
        taught={} if get_settings().teaches_from_library else languages.TAUGHT,
    )
    environment.filters.update(day=languages.day, moment=languages.moment)
    return environment
