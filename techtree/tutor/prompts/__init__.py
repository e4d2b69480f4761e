"""The prompts: one Markdown file each, with its version, filled with a brief's values.

A file holds the instructions, a line `<!-- request -->`, and the request; a file without that line
is a further request in the same conversation. A value that a learner
typed, or that was written from it, goes through `fenced`, which marks where the data begins and
ends with a code that no value contains. Whatever else the front matter holds, such as the length
for each level, the template can use.
"""

import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined, Template, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

FOLDER = Path(__file__).parent
DIVIDER = "<!-- request -->"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A filled prompt."""

    name: str
    """File and version, such as `lesson@1`."""
    instructions: str
    request: str


def fill(name: str, values: dict[str, Any]) -> Prompt:
    """Fill `name`.md. Values are text only: template syntax in them stays as it is."""
    file = _load(name)
    context = file.front | values | {"fence": _unused_code(values)}
    instructions, request = (
        template.render(context).strip() for template in (file.instructions, file.request)
    )
    return Prompt(f"{name}@{file.front['version']}", instructions, request)


@dataclass(frozen=True, slots=True)
class _File:
    front: dict[str, Any]
    instructions: Template
    request: Template


@cache
def _load(name: str) -> _File:
    _, front, body = (FOLDER / f"{name}.md").read_text("utf-8").split("---\n", 2)
    instructions, _, request = body.rpartition(DIVIDER)
    environment = SandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["fenced"] = _fenced
    return _File(
        yaml.safe_load(front),
        environment.from_string(instructions),
        environment.from_string(request),
    )


@pass_context
def _fenced(context: Context, text: str, label: str) -> str:
    """`text` between lines that carry a code which no value contains."""
    code = context["fence"]
    return f"<<<{label} {code}\n{text}\n{label} {code}>>>"


def _unused_code(values: dict[str, Any]) -> str:
    """A code the learner can't have typed, because it is made after they did."""
    while (code := secrets.token_hex(6)) in str(values):
        pass
    return code
