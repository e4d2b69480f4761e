"""Whatever text a page is given, in any of its fields: nothing runs, and no request leaves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import uvicorn
from litestar.middleware.session.client_side import ClientSideSessionBackend, CookieBackendConfig
from piccolo.apps.user.tables import BaseUser
from playwright.async_api import Browser, Page, Request
from redis.asyncio import Redis as RedisClient

from techtree.accounts import Learner
from techtree.app import create_app
from techtree.assessments import Answer, Question, Use
from techtree.assessments.questions import written
from techtree.connections import open_database
from techtree.grading import Grade, Method, Verdict
from techtree.items import ITEM, AnyItem
from techtree.lessons import Lesson, LessonVersion
from techtree.live import updates
from techtree.messages import Message, Study
from techtree.placements import Placement
from techtree.quizzes import Quiz
from techtree.sessions import Session
from techtree.settings import get_settings, session_secret
from techtree.status import Level, Status
from techtree.syllabi import Concept, Module, Syllabus
from tests import items
from tests.browser.hostile import LINE, PAYLOADS, TEXT, with_hostile_words
from tests.setup.started import free_port

ITEMS = (items.choice(), items.true_false(), items.number(), items.order(), items.short())


@dataclass
class Window:
    """A browser window that notes what should never happen in it."""

    page: Page
    home: str
    strange: list[str] = field(default_factory=list)

    def note(self, request: Request) -> None:
        place = urlsplit(request.url)
        if place.scheme in ("data", "blob", "about"):
            return
        if place.netloc != self.home or "beacon" in request.url:
            self.strange.append(f"{request.method} {request.url}")

    async def opens(self, path: str) -> None:
        await self.page.goto(f"http://{self.home}{path}", wait_until="load")
        # Handlers, refreshes and triggers that wait for the load have had their turn.
        await self.page.wait_for_timeout(300)
        await self.is_calm(path)

    async def is_calm(self, what: str) -> None:
        assert await self.page.evaluate("hits") == [], what
        assert self.strange == [], what
        assert urlsplit(self.page.url).netloc == self.home, what


@pytest.fixture
async def served(redis: "RedisClient", database: None) -> AsyncIterator[str]:
    """The application on a port of this machine; its host and port."""
    port = free_port()
    config = uvicorn.Config(create_app(), port=port, log_level="error", lifespan="on", ws="none")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    yield f"127.0.0.1:{port}"
    server.should_exit = server.force_exit = True
    await task
    # Its end has closed the connections that all tests share.
    await open_database()


@asynccontextmanager
async def window(chromium: Browser, home: str, learner: Learner) -> AsyncIterator[Window]:
    context = await chromium.new_context()
    await context.add_init_script("window.hits = []; window.alert = () => hits.push('alert')")
    session = await Session.begin(learner, LINE)
    secret = session_secret(get_settings())
    backend = ClientSideSessionBackend(CookieBackendConfig(secret=secret, key="techtree"))
    (cookie,) = backend.dump_data({"session": str(session.id)})
    await context.add_cookies(
        [{"name": "techtree", "value": cookie.decode(), "url": f"http://{home}"}]
    )
    page = await context.new_page()
    found = Window(page, home)
    page.on("request", found.note)
    page.on("dialog", lambda dialog: found.strange.append(dialog.message))
    yield found
    await context.close()


async def hostile_lesson(ada: Learner) -> Lesson:
    """A lesson in a syllabus, every text of which is hostile."""
    syllabus = await Syllabus.objects().create(
        learner=ada.id,
        topic=LINE[:200],
        level=Level.BEGINNER.value,
        title=LINE[:300],
        summary=TEXT,
        status=Status.COMPLETE.value,
    )
    module = await Module.objects().create(
        syllabus=syllabus.id, position=1, title=LINE[300:600], summary=TEXT
    )
    await Concept.objects().create(syllabus=syllabus.id, key="friction", name=LINE[600:900])
    lessons = [
        await Lesson.objects().create(
            syllabus=syllabus.id,
            module=module.id,
            position=number,
            title=LINE[900 * number : 900 * number + 300],
            summary=TEXT,
            teaches=["friction"],
        )
        for number in (1, 2)
    ]
    for number in (1, 2):
        await LessonVersion.objects().create(
            lesson=lessons[0].id,
            number=number,
            content=TEXT if number == 2 else LINE,
            wish=LINE[:300],
            model=LINE[:200],
            status=Status.COMPLETE.value,
        )
    await LessonVersion.objects().create(
        lesson=lessons[1].id, number=1, content=TEXT, failure=TEXT, status=Status.FAILED.value
    )
    found = await Lesson.with_place(lessons[0].id)
    assert found
    return found


async def hostile_question(study: Study, item: AnyItem) -> Question:
    spoiled = ITEM.validate_python(with_hostile_words(item.model_dump(by_alias=True)))
    question = await Question.ask(study, Use.EXERCISE, Level.BEGINNER, ["friction"])
    values = {**written(spoiled), "status": "complete", "help": 4}
    await Question.update(values).where(Question.id == question.id)
    found = await Question.objects().get(Question.id == question.id)
    assert found
    return found


async def test_the_payloads_do_run_where_nothing_stops_them(chromium: Browser) -> None:
    """The proof that the tests below can fail."""
    context = await chromium.new_context()
    await context.add_init_script("window.hits = []")
    page = await context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    await page.goto("data:text/html,<p>x</p>")
    await page.set_content("\n".join(each for each in PAYLOADS if "<meta" not in each))
    await page.wait_for_timeout(300)
    assert len(await page.evaluate("hits")) >= 3
    assert any("evil.example" in each for each in requests)
    await context.close()


async def test_hostile_courses_conversations_and_accounts_do_nothing(
    chromium: Browser, served: str, ada: Learner
) -> None:
    lesson = await hostile_lesson(ada)
    study = await Study.open(ada, lesson)
    for status in (Status.COMPLETE, Status.FAILED):
        _, answer = await study.ask(TEXT[:4000], uuid4())
        await Message.update(
            {Message.content: TEXT, Message.failure: TEXT, Message.status: status.value}
        ).where(Message.id == answer.id)
    placement = await Placement.open(ada, LINE[:200])
    failed = await Syllabus.objects().create(
        learner=ada.id, topic=LINE[-200:], level="beginner", failure=TEXT, status="failed"
    )
    second = await Lesson.objects().get(
        (Lesson.syllabus == lesson.syllabus.id) & (Lesson.position == 2)
    )
    assert second
    async with window(chromium, served, ada) as seen:
        for path in (
            "/dashboard",
            f"/syllabi/{lesson.syllabus.id}",
            f"/syllabi/{failed.id}",
            f"/lessons/{lesson.id}",
            f"/lessons/{second.id}",
            f"/lessons/{lesson.id}/versions",
            f"/placements/{placement.id}",
            "/account",
        ):
            await seen.opens(path)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.kind)
async def test_a_hostile_question_and_what_is_said_of_its_answer_do_nothing(
    chromium: Browser, served: str, ada: Learner, item: AnyItem
) -> None:
    lesson = await hostile_lesson(ada)
    study = await Study.open(ada, lesson)
    question = await hostile_question(study, item)
    async with window(chromium, served, ada) as seen:
        await seen.opens(f"/lessons/{lesson.id}")
        assert await seen.page.locator("#active-task-area form").count() >= 1
        given = await Answer.give(question, ada.id, "1", uuid4())
        await seen.opens(f"/lessons/{lesson.id}")
        await given.find(question, Grade(Verdict.INCORRECT, 0.0, TEXT, Method.RUBRIC, detail=TEXT))
        await seen.opens(f"/lessons/{lesson.id}")


async def test_hostile_words_that_arrive_live_do_nothing(
    chromium: Browser, served: str, ada: Learner
) -> None:
    lesson = await hostile_lesson(ada)
    study = await Study.open(ada, lesson)
    async with window(chromium, served, ada) as seen:
        await seen.opens(f"/lessons/{lesson.id}")
        asked, answer = await study.ask(TEXT[:4000], uuid4())
        answer.content, answer.status = TEXT, Status.COMPLETE
        await answer.save()
        await updates.announce(updates.show_messages(study.id, asked, answer))
        await seen.page.wait_for_selector(f"#message-{answer.id}[data-status=complete]")
        await updates.announce(updates.show_syllabus(lesson.syllabus.id))
        await updates.announce(updates.show_lesson((await lesson.versions())[0].id))
        await seen.page.wait_for_timeout(500)
        await seen.is_calm("live")


async def test_hostile_rows_do_nothing_to_an_administrator(
    chromium: Browser, served: str, ada: Learner
) -> None:
    lesson = await hostile_lesson(ada)
    study = await Study.open(ada, lesson)
    question = await hostile_question(study, items.choice())
    await Answer.give(question, ada.id, TEXT, uuid4())
    await Quiz.leave(study.id)
    await BaseUser.update({BaseUser.admin: True}).where(BaseUser.id == ada.user)
    async with window(chromium, served, ada) as seen:
        for name in ("quality", "learners", "syllabi", "lessons", "questions", "answers", "jobs"):
            await seen.opens(f"/admin/{name}")
