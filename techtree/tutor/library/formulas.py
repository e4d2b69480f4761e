"""Whether the keys of number and expression questions are what their formulas come to."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from techtree.items import Expression, Number
from techtree.tutor.library.problems import Problem
from techtree.tutor.library.questions import CourseQuestion

SECONDS = 5
"""For one formula."""
MEMORY = 1 << 30

_PROGRAM = r"""
import json, resource, signal, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
import sympy
from sympy.parsing.sympy_parser import parse_expr

def late(*_):
    raise TimeoutError("it takes too long")

def read(text, names):
    return parse_expr(text.replace("^", "**"), local_dict=names)

def check(kind, answer, formula, names, tolerance):
    names = {name: sympy.Symbol(name, real=True) for name in names}
    if kind == "number":
        value = complex(sympy.N(read(formula, {})))
        slack = (abs(answer) or 1) * max(tolerance, 1e-9)
        return [] if abs(value - answer) <= slack else ["formula", f"comes to {value.real:.10g}"]
    try:
        key = read(answer, names)
        strange = key.free_symbols - set(names.values())
    except Exception as error:
        return ["answer", f"can't be read: {error}"]
    if strange:
        return ["answer", "uses " + ", ".join(sorted(map(str, strange))) + ", not in `variables`"]
    if not formula:
        return []
    value = read(formula, names).doit()
    return [] if sympy.simplify(key - value) == 0 else ["formula", f"comes to {value}"]

signal.signal(signal.SIGALRM, late)
for line in sys.stdin:
    signal.alarm(int(sys.argv[1]))
    try:
        found = check(*json.loads(line))
    except Exception as error:
        found = ["formula", f"can't be worked out: {error}"]
    signal.alarm(0)
    print(json.dumps(found), flush=True)
"""


def check_formulas(questions: Iterable[CourseQuestion]) -> Iterator[Problem]:
    """Problems with the formulas of these questions, worked out in a process of its own.

    SymPy evaluates what it reads, so a formula is code: the process has little time and memory.
    """
    asked = [(question, job) for question in questions if (job := _job(question)) is not None]
    if not asked:
        return
    done = subprocess.run(
        [sys.executable, "-I", "-c", _PROGRAM, str(SECONDS), str(MEMORY)],
        input="".join(json.dumps(job) + "\n" for _, job in asked),
        capture_output=True,
        text=True,
        timeout=SECONDS * (len(asked) + 6),
        check=False,
        env={},
    )
    results = [json.loads(line) for line in done.stdout.splitlines()]
    for (question, _), result in zip(asked, results, strict=False):
        if result:
            part, what = result
            yield question.problem(
                f"The {part} {what}",
                "Correct the formula or the answer, whichever is wrong.",
                part,
            )
    if len(results) < len(asked):
        question = asked[len(results)][0]
        yield question.problem(
            "The formula ends the process that works it out", "Give a simpler one.", "formula"
        )


def _job(question: CourseQuestion) -> list[Any] | None:
    match question.item:
        case Number() as item if item.formula:
            return ["number", item.answer, item.formula, [], item.tolerance]
        case Expression() as item:
            return ["expression", item.answer, item.formula, list(item.variables), 0]
        case _:
            return None
