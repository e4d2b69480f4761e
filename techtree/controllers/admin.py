"""What administrators see and do. For everybody else it is not there."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from piccolo.apps.user.tables import BaseUser
from redis.exceptions import RedisError

from tasks import jobs
from techtree.accounts import Learner
from techtree.admin import quality
from techtree.admin.tables import TABLES
from techtree.assessments import Question
from techtree.controllers.answers import go_to, page
from techtree.controllers.guards import HttpRequest
from techtree.controllers.live import Live
from techtree.live.channels import of_syllabus
from techtree.status import Status
from techtree.syllabi import Syllabus


async def provide_administrator(learner: NamedDependency[Learner | None]) -> Learner:
    """For `admin` in a handler's arguments. Raises NotFoundException for everybody else."""
    if learner is None or not learner.is_admin:
        raise NotFoundException
    return learner


@get("/admin")
async def index(request: HttpRequest, admin: NamedDependency[Learner]) -> Response[str]:
    return page(request, "admin/index.html", admin, tables=TABLES.values())


@get("/admin/quality")
async def show_quality(
    request: HttpRequest, admin: NamedDependency[Learner], live: NamedDependency[Live]
) -> Response[str]:
    return page(
        request,
        "admin/quality.html",
        admin,
        tables=TABLES.values(),
        days=quality.DAYS,
        queues=_queues(),
        waiting=await quality.waiting(),
        failures=await quality.failures(),
        drafts=await quality.drafts(),
        verdicts=await quality.verdicts(),
        costs=await quality.costs(),
        widths=quality.widths,
        open_pages=live.open_pages,
    )


@get([f"/admin/{name}" for name in TABLES])
async def show_table(request: HttpRequest, admin: NamedDependency[Learner]) -> Response[str]:
    table = TABLES[request.url.path.rstrip("/").rpartition("/")[2]]
    search = str(request.query_params.get("q", "")).replace("\x00", "").strip()[:200]
    number = _number(str(request.query_params.get("page", "1")))
    return page(
        request,
        "admin/table.html",
        admin,
        tables=TABLES.values(),
        table=table,
        found=await table.page(search, number),
        search=search,
    )


@post("/admin/learners/{learner_id:uuid}/{what:str}")
async def change_learner(
    request: HttpRequest,
    learner_id: FromPath[UUID],
    what: FromPath[str],
    admin: NamedDependency[Learner],
    live: NamedDependency[Live],
) -> Response[str]:
    """Disable an account, whose open pages end at once, or enable it again."""
    learner = await Learner.objects().get(Learner.id == learner_id)
    _require(learner is not None and not learner.is_guest and what in ("disable", "enable"))
    if learner is not None and learner.id != admin.id:
        await BaseUser.update({BaseUser.active: what == "enable"}).where(
            BaseUser.id == learner.user
        )
        await live.session_ended(learner.id)
    return go_to(request, "/admin/learners")


@post("/admin/syllabi/{syllabus_id:uuid}/{what:str}")
async def change_syllabus(
    request: HttpRequest,
    syllabus_id: FromPath[UUID],
    what: FromPath[str],
    admin: NamedDependency[Learner],
    live: NamedDependency[Live],
) -> Response[str]:
    """Put a finished syllabus into the catalogue, for everybody, or take it out."""
    _require(what in ("publish", "withdraw"))
    changed = await (
        Syllabus.update({Syllabus.in_catalogue: what == "publish"})
        .where((Syllabus.id == syllabus_id) & (Syllabus.status == Status.COMPLETE.value))
        .returning(Syllabus.id)
    )
    _require(bool(changed))
    await live.access_changed(of_syllabus(syllabus_id))
    return go_to(request, "/admin/syllabi")


@post("/admin/questions/{question_id:uuid}/retire")
async def retire_question(
    request: HttpRequest, question_id: FromPath[UUID], admin: NamedDependency[Learner]
) -> Response[str]:
    """Nobody is asked it any more. What was answered stays as evidence."""
    changed = await (
        Question.update({Question.retired: True})
        .where((Question.id == question_id) & (Question.item_key != ""))
        .returning(Question.id)
    )
    _require(bool(changed))
    return go_to(request, "/admin/questions")


@post("/admin/jobs/{job_id:uuid}/{what:str}")
async def change_job(
    request: HttpRequest,
    job_id: FromPath[UUID],
    what: FromPath[str],
    admin: NamedDependency[Learner],
) -> Response[str]:
    """Try a failed job again, or end an open one."""
    found = await jobs.find(job_id)
    act = {"retry": jobs.retry, "cancel": jobs.cancel}.get(what)
    _require(found is not None and act is not None)
    if found is not None and act is not None:
        await act(found[0], job_id)
    return go_to(request, "/admin/jobs")


def _require(is_there: bool) -> None:
    if not is_there:
        raise NotFoundException


def _queues() -> dict[str, Any]:
    try:
        return jobs.waiting()
    except RedisError:
        return {}


def _number(text: str) -> int:
    return min(int(text), 10_000) if text.isascii() and text.isdecimal() and int(text) else 1
