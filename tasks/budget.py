"""What a model may cost in a day, checked before each request from what the ledger says."""

from techtree.languages import gettext as _, marked
from techtree.ledger import Call
from techtree.settings import get_settings
from techtree.tutor.author import BudgetError, Purpose

OWN = marked(
    "Your share of today's budget for new texts is used up. What is written stays, and you can read"
    " it and practise with it. It begins anew at midnight (UTC); then try again."
)
SITE = marked(
    "Today's budget of this site for new texts is used up. What is written stays, and you can read"
    " it and practise with it. It begins anew at midnight (UTC); then try again."
)


async def allow(purpose: Purpose) -> None:
    """Raises BudgetError when what was spent today has reached a budget.

    What is being written meanwhile is not in the ledger yet, so a budget may be passed by it.
    """
    settings = get_settings()
    if settings.budget_learner is None and settings.budget_site is None:
        return
    spent = await Call.spent_today(purpose.learner)
    if settings.budget_site is not None and spent.site >= settings.budget_site:
        raise BudgetError(_(SITE))
    own = settings.budget_learner
    if own is not None and purpose.learner is not None and spent.learner >= own:
        raise BudgetError(_(OWN))
