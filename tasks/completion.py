"""What makes bash complete the words of the command line, made from its parser."""

import argparse
import shlex
import sys
from collections.abc import Iterator

from techtree.settings import ROOT

_SCRIPT = """\
tasks() {{ PYTHONPATH={root} {python} -m tasks "$@"; }}
_tasks() {{
    local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" at="" each
    for each in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case "$at $each" in
            {commands}) at="$at $each" ;;
        esac
    done
    case "$at:$before" in
{choices}
    esac
}}
complete -o default -F _tasks tasks
"""


def bash(parser: argparse.ArgumentParser) -> str:
    """To be given to `eval`. Files are completed where no word of ours fits."""
    known = dict(_walk(parser, ""))
    cases = [
        _case(f"{at}:{option}", words)
        for at, (_, values) in known.items()
        for option, words in values.items()
    ]
    cases += [_case(f"{at}:", words, more="*") for at, (words, _) in known.items()]
    return _SCRIPT.format(
        root=shlex.quote(str(ROOT)),
        python=shlex.quote(sys.executable),
        commands="|".join(f'"{at}"' for at in known if at),
        choices="\n".join(cases),
    )


def _walk(
    parser: argparse.ArgumentParser, at: str
) -> Iterator[tuple[str, tuple[list[str], dict[str, list[str]]]]]:
    """For each command the words that may follow it, and those that may follow its options."""
    words: list[str] = []
    values: dict[str, list[str]] = {}
    for action in parser._actions:
        choices = [str(choice) for choice in action.choices or ()]
        words += action.option_strings or choices
        values |= {option: choices for option in action.option_strings if choices}
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield from _walk(below, f"{at} {name}")
    yield at, (words, values)


def _case(pattern: str, words: list[str], more: str = "") -> str:
    given = shlex.quote(" ".join(words))
    return f'        "{pattern}"{more}) COMPREPLY=($(compgen -W {given} -- "$word")) ;;'
