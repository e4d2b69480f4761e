"""Units as people write them, compared by what they measure."""

import re
from functools import cache
from typing import TYPE_CHECKING

from techtree.grading.tokens import plain
from techtree.languages import gettext as _, marked

if TYPE_CHECKING:
    import pint

LONGEST = 40
"""Characters of a unit."""
WRITTEN = re.compile(r"[A-Za-zµμΩ°%åÅ][A-Za-zµμΩ°%åÅ0-9 */·.^()+-]*")
LARGE_POWER = re.compile(r"(?:\*\*|\^)(?!\(?[-+]?[1-6]\)?(?!\d|\.\d|\^|\*\*))")
"""Pint would work out m^9^9^9."""


def known(text: str) -> "pint.Unit | None":
    """The unit, or None when this isn't one."""
    text = _spelt(text)
    if len(text) > LONGEST or not WRITTEN.fullmatch(text) or LARGE_POWER.search(text):
        return None
    # People write Km and KG; yet what is right as it stands, such as mW or MW, stays.
    for spelling in dict.fromkeys((text, text.lower())):
        try:
            return registry().parse_units(spelling)
        except Exception:  # noqa: S112  pint lets errors of its parser through
            continue
    return None


def same_words(text: str, unit: str) -> bool:
    """Whether two units that pint doesn't know, such as `apples`, are the same word."""
    return _stem(text) == _stem(unit)


def convert(number: float, unit: "pint.Unit", to: "pint.Unit") -> float | None:
    """The number in the other unit; None when they measure different things."""
    if unit.dimensionality != to.dimensionality:
        return None
    return float(registry().Quantity(number, unit).to(to).magnitude)


MEASURED = (
    marked("length"),
    marked("mass"),
    marked("time"),
    marked("temperature"),
    marked("current"),
    marked("substance"),
    marked("luminosity"),
)
"""What pint calls the dimensions."""


def measures(unit: "pint.Unit") -> str:
    """What it measures, in words, such as `length / time`."""
    parts = {
        _(str(key).strip("[]")): round(float(str(n))) for key, n in unit.dimensionality.items()
    }
    over = [f"{name}{_power(power)}" for name, power in parts.items() if power > 0]
    under = [f"{name}{_power(-power)}" for name, power in parts.items() if power < 0]
    if not parts:
        return _("a bare number")
    return " / ".join([" × ".join(over) or "1", *under])


@cache
def registry() -> "pint.UnitRegistry[float]":
    # Reading pint's definitions takes half a second: only where a unit is graded.
    import pint  # noqa: PLC0415

    return pint.UnitRegistry()


def _power(power: int) -> str:
    return "" if power == 1 else {2: "²", 3: "³", 4: "⁴"}.get(power, f"^{power}")


def _spelt(text: str) -> str:
    text = re.sub(r"\s+per\s+", "/", plain(text).strip(" .").replace("{", "(").replace("}", ")"))
    text = re.sub(r"(?i)\b(?:square|sq\.?)\s+([A-Za-z]+)", r"\1^2", text)
    text = re.sub(r"(?i)\bcubic\s+([A-Za-z]+)", r"\1^3", text)
    text = re.sub(r"\^\((-?\d)\)", r"^\1", text)
    text = text.replace("%", "percent").replace("per cent", "percent")
    return re.sub(r"(?i)\bsecs?\b", "s", re.sub(r"(?i)\bhrs?\b", "h", text))


def _stem(text: str) -> str:
    return re.sub(r"s\b", "", " ".join(text.casefold().split()))
