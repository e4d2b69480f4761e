"""What preparing lessons will cost, told before it begins."""

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from genai_prices import Usage, calc_price

from techtree.languages import gettext as _, ngettext
from techtree.ledger import Call
from techtree.settings import get_settings

TYPICAL = Usage(input_tokens=2_000, output_tokens=3_500)
"""Of one lesson, while too few were written to know better."""
ENOUGH = 3
"""Lessons whose cost is known, to go by."""


@dataclass(frozen=True, slots=True)
class Estimate:
    lessons: int
    dollars: Decimal | None
    """None when nobody knows the model's price."""

    def __str__(self) -> str:
        lessons = ngettext("{count} lesson", "{count} lessons", self.lessons).format(
            count=self.lessons
        )
        if self.dollars is None:
            return _("{lessons}, at a price that is not known for {model}").format(
                lessons=lessons, model=get_settings().model
            )
        if self.dollars == 0:
            return _("{lessons}, at no cost").format(lessons=lessons)
        return _("{lessons}, about ${dollars}").format(
            lessons=lessons, dollars=self.dollars.quantize(Decimal("0.01"), ROUND_UP)
        )


async def of_lessons(count: int) -> Estimate:
    """By what the last lessons of this model cost; without those, by its list price."""
    settings = get_settings()
    if settings.teaches_from_library or not count:
        return Estimate(count, Decimal(0))
    costs = await Call.costs_of_lessons(settings.model)
    one = sum(costs, Decimal(0)) / len(costs) if len(costs) >= ENOUGH else _listed(settings.model)
    return Estimate(count, None if one is None else one * count)


def _listed(name: str) -> Decimal | None:
    provider, _, model = name.partition(":")
    try:
        return calc_price(TYPICAL, model, provider_id=provider.removesuffix("-chat")).total_price
    except LookupError:
        return None
