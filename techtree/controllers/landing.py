"""The front page."""

from litestar import Response, get
from litestar.di import NamedDependency

from techtree.accounts import Learner
from techtree.controllers.answers import page
from techtree.controllers.guards import HttpRequest
from techtree.controllers.syllabi import shelf
from techtree.status import Level


@get("/", sync_to_thread=False)
def index(request: HttpRequest, learner: NamedDependency[Learner | None]) -> Response[str]:
    return page(request, "landing/show.html", learner, courses=shelf(), levels=list(Level))
