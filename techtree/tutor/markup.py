"""What keeps a made text from being shown as it is meant."""

import re


def maths_problem(text: str) -> str | None:
    """What is wrong with the formulas in a Markdown text; None when nothing is."""
    prose = (
        re.sub(r"(?s)(```|~~~).*?\1|`[^`\n]*`", " ", text).replace(r"\$", " ").replace(r"\\", " ")
    )
    if prose.count("$$") % 2:
        return "a formula has no closing `$$`"
    displays = re.findall(r"(?s)\$\$(.*?)\$\$", prose)
    rest = re.sub(r"(?s)\$\$.*?\$\$", " ", prose)
    if rest.count("$") % 2:
        return "a formula has no closing `$`; a dollar amount is written `\\$5`"
    for formula in [*displays, *re.findall(r"(?s)\$(.*?)\$", rest)]:
        if problem := _problem(formula):
            return f"the formula `{formula.strip()}` {problem}"
    if re.search(r"\\[([]|\\(?:frac|sqrt|begin)\b", re.sub(r"(?s)\$.*?\$", " ", rest)):
        return "LaTeX stands outside of `$…$`"
    return None


def _problem(formula: str) -> str | None:
    if not formula.strip():
        return "is empty"
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", formula):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            break
    if depth:
        return "has braces that don't match"
    if len(re.findall(r"\\left(?![a-z])", formula)) != len(
        re.findall(r"\\right(?![a-z])", formula)
    ):
        return r"has a \left without its \right"
    begun, ended = (sorted(re.findall(rf"\\{w}\{{(\w+\*?)\}}", formula)) for w in ("begin", "end"))
    if begun != ended:
        return r"has a \begin without its \end"
    return None
