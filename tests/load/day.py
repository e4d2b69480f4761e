"""What one learner does, and how long they think about it."""

import random
import re
import time
import uuid
from typing import NamedTuple

from tests.load.browser import Browser

TOPICS = ("Knots", "Bread", "Sailing", "Chess openings", "Photography", "Graph theory")
QUESTIONS = (
    "Why is that so?",
    "How would I see that in a picture?",
    "What would be different without it?",
    "Where is it used?",
)
"""Each is plainly a question, so that the model is asked nothing before it answers."""
LESSONS = 3
"""Of a course, before another topic is begun."""
PLACED = 3
"""Questions of a placement that are answered before a level is chosen."""
QUIZ = 12
"""Steps of a quiz, at most."""

GLANCE, ANSWER, WONDER, READ = 10.0, 20.0, 30.0, 60.0
"""Seconds, in the middle, until a learner goes on: past a page, a question, to a question of their
own, from a lesson's text."""

LESSON = re.compile(r'class="syllabus" data-status="complete".*?href="(/lessons/[^"]+)"', re.DOTALL)
NEXT = re.compile(r'rel="next" href="([^"]+)"')
BLOCK = re.compile(r'id="lesson-[^"]*-b\d')
WRITTEN = re.compile(r'id="lesson-content-area"[^>]* data-status="complete"')
CHAT_KEY = re.compile(r'id="chat-form".*?name="key" value="([^"]+)"', re.DOTALL)
REPLY = re.compile(r'id="message-([0-9a-f-]+)" data-role="tutor"')
PLACED_NOW = re.compile(r'formaction="(/placements/[^"]+/start)"')
QUIZ_OVER = re.compile(r'data-quiz="(?:passed|missed)"')
FORM = re.compile(
    r'<form id="([a-z-]+)" class="answer-form" action="([^"]+)"(.*?)</form>', re.DOTALL
)
KEY = re.compile(r'name="key" value="([^"]+)"')
CHOICE = re.compile(r'type="radio" name="answer" value="([^"]*)"')


class Form(NamedTuple):
    """Where an answer goes, and what fields there are for it."""

    address: str
    fields: str


class Day:
    """A learner's, who signs up or stays a guest, and goes on from topic to topic."""

    def __init__(self, browser: Browser, think: float) -> None:
        """`think` stretches every pause; 0 leaves none."""
        self._browser = browser
        self._think = think
        self._answered: set[str] = set()

    def arrive(self) -> None:
        self._browser.open("/", "landing")
        self._pause(GLANCE)
        if random.random() < 0.5:
            self._browser.open(self._browser.submit("/guest", "guest"), "dashboard")
            return
        self._browser.open("/sign-up", "sign-up")
        self._pause(GLANCE)
        email, password = f"{uuid.uuid4().hex}@example.org", uuid.uuid4().hex
        place = self._browser.submit("/sign-up", "sign-up", email=email, password=password)
        self._browser.open(place, "dashboard")

    def learn_a_topic(self, lessons: int = LESSONS) -> None:
        self._pause(GLANCE)
        lesson = self._begin_topic()
        for _ in range(lessons):
            lesson = self._learn(lesson)
            if not lesson:
                break
        self._browser.open("/dashboard", "dashboard")

    def _begin_topic(self) -> str:
        """Find the level, ask for a course, and see it drafted; its first lesson."""
        browser = self._browser
        topic = f"{random.choice(TOPICS)} {random.randrange(10**6)}"
        place = browser.submit("/placements", "placement", topic=topic)
        shown = browser.open(place, "placement")
        for _ in range(PLACED):
            began = time.perf_counter()
            form = self._placement_step(shown) or browser.hear(
                self._placement_step, "placement's question"
            )
            if not isinstance(form, Form):
                break
            browser.took("placement's question", began)
            shown = self._answer(form)
        else:
            browser.post(f"{place}/level/beginner", "level")
        self._pause(GLANCE)
        began = time.perf_counter()
        page = browser.open(browser.submit(f"{place}/start", "syllabus"), "syllabus")
        lesson = LESSON.search(page) or browser.hear(LESSON.search, "whole syllabus")
        browser.took("whole syllabus", began)
        self._pause(ANSWER)
        return lesson[1]

    def _learn(self, lesson: str) -> str:
        """Read, ask, practise, take the quiz; the next lesson, if there is one."""
        browser = self._browser
        began = time.perf_counter()
        page = browser.open(lesson, "lesson")
        if not WRITTEN.search(page):
            if not BLOCK.search(page):
                browser.hear(BLOCK.search, "lesson begun")
            browser.took("lesson, first text", began)
            browser.hear(WRITTEN.search, "whole lesson")
            browser.took("whole lesson", began)
        self._pause(READ)
        key = CHAT_KEY.search(page)
        for question in random.sample(QUESTIONS, 2):
            key = self._ask(lesson, question, key[1] if key else "")
            self._pause(WONDER)
        self._practise(lesson)
        self._take_quiz(lesson)
        following = NEXT.search(page)
        return following[1] if following else ""

    def _ask(self, lesson: str, question: str, key: str) -> re.Match[str] | None:
        browser, began = self._browser, time.perf_counter()
        shown = browser.post(f"{lesson}/messages", "message", message=question, key=key)
        reply = REPLY.search(shown)
        if reply is None:
            browser.fail("no place for the tutor's reply")
        browser.hear(re.compile(rf'id="message-{reply[1]}-b\d').search, "chat begun")
        browser.took("chat, first text", began)
        done = re.compile(rf'id="message-{reply[1]}"[^>]* data-status="complete"')
        browser.hear(done.search, "whole reply")
        browser.took("chat, whole reply", began)
        return CHAT_KEY.search(shown)

    def _practise(self, lesson: str) -> None:
        began = time.perf_counter()
        shown = self._browser.post(f"{lesson}/exercises", "exercise")
        form = self._form("task-form", shown) or self._browser.hear(
            lambda event: self._form("task-form", event), "exercise"
        )
        self._browser.took("exercise", began)
        self._answer(form)
        self._pause(GLANCE)

    def _take_quiz(self, lesson: str) -> None:
        shown = self._browser.post(f"{lesson}/quiz", "quiz")
        for _ in range(QUIZ):
            began = time.perf_counter()
            step = self._quiz_step(shown) or self._browser.hear(self._quiz_step, "quiz question")
            if not isinstance(step, Form):
                break
            self._browser.took("quiz question", began)
            shown = self._answer(step)
        self._pause(GLANCE)
        self._browser.post(f"{lesson}/quiz/leave", "quiz left")

    def _placement_step(self, shown: str) -> Form | re.Match[str] | None:
        return PLACED_NOW.search(shown) or self._form("placement-form", shown)

    def _quiz_step(self, shown: str) -> Form | re.Match[str] | None:
        return QUIZ_OVER.search(shown) or self._form("quiz-form", shown)

    def _form(self, name: str, shown: str) -> Form | None:
        """The form of a question that wasn't answered yet."""
        for found, address, fields in FORM.findall(shown):
            if found == name and address not in self._answered:
                return Form(address, fields)
        return None

    def _answer(self, form: Form) -> str:
        """Choose anything, or say that one doesn't know; what is shown then."""
        self._pause(ANSWER)
        self._answered.add(form.address)
        key = KEY.search(form.fields)
        choices = CHOICE.findall(form.fields)
        said = {"answer": random.choice(choices)} if choices else {"dont_know": "1"}
        return self._browser.post(form.address, "answer", key=key[1] if key else "", **said)

    def _pause(self, seconds: float) -> None:
        time.sleep(self._think * seconds * random.uniform(0.5, 1.5))
