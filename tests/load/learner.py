"""What one learner does in a day, for Locust: it runs apart from TechTree and knows only its pages.

`THINK` stretches or shortens every pause; at 1 a learner reads a lesson in about a minute.
"""

import json
import os
import random
import re
import time
import uuid
from pathlib import Path
from typing import Any

import gevent
from locust import FastHttpUser, events, task
from locust.exception import StopUser
from stream import Stream, totals

THINK = float(os.environ.get("THINK", "1"))
PATIENCE = 90
"""Seconds that a learner waits for a text or a question."""
TOPICS = ("Knots", "Bread", "Sailing", "Chess openings", "Photography", "Graph theory")
QUESTIONS = ("Why is that so?", "Can you give an example?", "What comes next?", "Where is it used?")

FORM = r'<form id="{form}"[^>]*action="(?P<address>/questions/[^"]+)"(?P<fields>.*?)</form>'


@events.quitting.add_listener
def write_totals(environment: Any, **_: Any) -> None:
    Path(os.environ["TOTALS"]).write_text(json.dumps(totals))


class Learner(FastHttpUser):
    """Signs up, is placed, and goes on from lesson to lesson."""

    connection_timeout = 30
    network_timeout = 60

    def on_start(self) -> None:
        self.cached: set[str] = set()
        self.stream: Stream | None = None
        self.token = ""

    def on_stop(self) -> None:
        if self.stream is not None:
            self.stream.close()

    @task
    def day(self) -> None:
        self.think(5)
        self.sign_up()
        while True:
            lesson = self.begin_a_topic()
            for _ in range(3):
                lesson = self.learn(lesson)
                if not lesson:
                    break
                self.think(20)

    # What a learner does

    def sign_up(self) -> None:
        self.open("/", "landing")
        self.think(10)
        self.open("/sign-up", "sign-up")
        self.think(15)
        self.submit(
            "/sign-up",
            "sign-up (hashes a password)",
            email=f"{uuid.uuid4().hex}@example.org",
            password=uuid.uuid4().hex,
        )
        self.open("/dashboard", "dashboard")

    def begin_a_topic(self) -> str:
        self.think(10)
        topic = f"{random.choice(TOPICS)} {random.randrange(10**6)}"
        place = self.submit("/placements", "placement begun", topic=topic, language="en")
        page = self.open(place, "placement")
        for _ in range(3):
            page = self.answer(page, "placement-form") or self.gone("placement")
        self.think(5)
        self.post(f"{place}/level/beginner", "level chosen")
        syllabus = self.submit(f"{place}/start", "syllabus begun")
        page = self.open(syllabus, "syllabus")
        done = r'class="syllabus" data-status="complete".*?href="(?P<lesson>/lessons/[^"]+)"'
        begun = time.perf_counter()
        found = re.search(done, page, re.DOTALL) or self.hear(done, "syllabus")
        self.took("syllabus complete", begun)
        self.think(15)
        return found["lesson"]

    def learn(self, lesson: str) -> str:
        """Read, ask, practise and take the quiz. The next lesson, if there is one."""
        begun = time.perf_counter()
        page = self.open(lesson, "lesson")
        if 'id="lesson-content-area" data-status="complete"' not in page:
            self.hear(r'-b0"|hx-target="#lesson-', "lesson")
            self.took("lesson, first text", begun)
            self.hear(r'id="lesson-content-area" data-status="complete"', "lesson")
            self.took("lesson, whole", begun)
        key = re.search(r'id="chat-form".*?name="key" value="([^"]+)"', page, re.DOTALL)
        for question in random.sample(QUESTIONS, 2):
            self.think(25)
            key = self.ask(lesson, question, key[1] if key else "")
        self.think(10)
        self.practise(lesson)
        self.think(10)
        self.take_quiz(lesson)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        return following[1] if following else ""

    def ask(self, lesson: str, question: str, key: str) -> re.Match[str] | None:
        mark, begun = self.mark(), time.perf_counter()
        shown = self.post(f"{lesson}/messages", "question asked", message=question, key=key)
        reply = re.search(r'<li id="message-([0-9a-f-]+)" data-role="tutor"', shown)
        if reply is None:
            self.gone("chat")
        self.hear(rf"message-{reply[1]}-b\d", "chat", mark)
        self.took("chat, first text", begun)
        done = rf'<li id="message-{reply[1]}" data-role="tutor" data-status="complete"'
        self.hear(done, "chat", mark)
        self.took("chat, whole", begun)
        return re.search(r'id="chat-form".*?name="key" value="([^"]+)"', shown, re.DOTALL)

    def practise(self, lesson: str) -> None:
        mark = self.mark()
        shown = self.post(f"{lesson}/exercises", "exercise asked")
        begun = time.perf_counter()
        self.answer(shown, "task-form", mark)
        self.took("exercise, made and answered", begun)

    def take_quiz(self, lesson: str) -> None:
        mark = self.mark()
        shown = self.post(f"{lesson}/quiz", "quiz begun")
        for _ in range(5):
            shown = self.answer(shown, "quiz-form", mark)
            if not shown:
                break
            mark = self.mark()
        self.post(f"{lesson}/quiz/leave", "quiz left")

    def answer(self, shown: str, form: str, mark: int = 0) -> str:
        """Answer a question that is in what is shown, or is to come; what is shown then."""
        pattern = FORM.format(form=form)
        over = r'data-quiz="(?:passed|missed)"'
        found = re.search(pattern, shown, re.DOTALL)
        if found is None and form == "quiz-form" and re.search(over, shown):
            return ""
        if found is None:
            found = self.hear(f"{pattern}|{over}" if form == "quiz-form" else pattern, form, mark)
            if not found.group("address"):
                return ""
        self.think(15)
        key = re.search(r'name="key" value="([^"]+)"', found["fields"])
        choices = re.findall(r'type="radio" name="answer" value="([^"]*)"', found["fields"])
        said = {"answer": random.choice(choices)} if choices else {"dont_know": "1"}
        return self.post(found["address"], "answer given", key=key[1] if key else "", **said)

    # What a browser does

    def open(self, path: str, name: str) -> str:
        """Load a page, what it needs that was not loaded yet, and follow its stream."""
        with self.client.get(path, name=f"page: {name}", catch_response=True) as response:
            page = str(response.text or "")
            if response.status_code != 200:
                response.failure(f"status {response.status_code}")
                raise StopUser
        for file in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page)) - self.cached:
            self.cached.add(file)
            self.client.get(file, name="static")
        if token := re.search(r'name="_csrf_token" value="([^"]+)"', page):
            self.token = token[1]
        if self.stream is not None:
            self.stream.close()
            self.stream = None
        if address := re.search(r'hx-sse:connect="([^"]+)"', page):
            cookie = "; ".join(f"{each.name}={each.value}" for each in self.client.cookiejar)
            self.stream = Stream(self.host, address[1].replace("&amp;", "&"), cookie)
        return page

    def submit(self, path: str, name: str, **fields: str) -> str:
        """Send a form as a page of its own does; where it leads."""
        with self.client.post(
            path,
            data={"_csrf_token": self.token, **fields},
            name=f"form: {name}",
            allow_redirects=False,
            catch_response=True,
        ) as response:
            if response.status_code != 303:
                response.failure(f"status {response.status_code}")
                raise StopUser
            response.success()
            return str(response.headers["Location"])

    def post(self, path: str, name: str, **fields: str) -> str:
        """Send a form as htmx does; the fragments that come back."""
        headers = {"HX-Request": "true", "x-csrftoken": self.token}
        response = self.client.post(path, data=fields, headers=headers, name=f"hx-post: {name}")
        return str(response.text or "")

    def mark(self) -> int:
        """How much the stream has brought so far."""
        return len(self.stream.heard) if self.stream else 0

    def hear(self, pattern: str, what: str, since: int = 0) -> re.Match[str]:
        """Wait until the stream brings what is looked for."""
        found = self.stream.wait(pattern, since, PATIENCE) if self.stream else None
        return found or self.gone(what)

    def gone(self, what: str) -> Any:
        """It never came: an error of its own, and the end of this learner's day."""
        self.took(f"{what} never came", time.perf_counter(), RuntimeError("never came"))
        raise StopUser

    def took(self, name: str, begun: float, error: Exception | None = None) -> None:
        events.request.fire(
            request_type="WAIT",
            name=f"wait: {name}",
            response_time=(time.perf_counter() - begun) * 1000,
            response_length=0,
            exception=error,
            context={},
        )

    def think(self, seconds: float) -> None:
        gevent.sleep(THINK * random.uniform(0.5, 1.5) * seconds)
