"""The one Jinja environment: pages, answers to a POST and stream updates are all made with it."""

from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"


def render(template: str, **context: Any) -> str:
    return environment().get_template(template).render(context)


@cache
def environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        # Everything is HTML, whatever a file is called.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = asset
    return environment


def asset(path: str) -> str:
    """The address of a file under `static/`. It changes with the content, so it may be cached."""
    return f"/static/{path}?v={_digest(path, (STATIC / path).stat().st_mtime_ns)}"


@lru_cache(maxsize=256)
def _digest(path: str, _changed_at: int) -> str:
    return sha256((STATIC / path).read_bytes()).hexdigest()[:12]
