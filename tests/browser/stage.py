"""A stage for the pages' own script: real templates and files, and a stream that the test plays."""

import mimetypes
import queue
import select
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from techtree import prose
from techtree.assets import STATIC
from techtree.rendering import render

LESSON = UUID(int=0x1000_0000_0000_4000_A000_0000_0000_0001)
PREFIX = f"lesson-{LESSON}"
CUT = b""

GREETING = b"event: hello\nretry: 50\ndata: techtree\n\n"

POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:"


class Stage:
    """Serves one lesson page; `say` sends an event to every page that listens."""

    def __init__(self) -> None:
        self.status = "writing"
        self.messages: list[SimpleNamespace] = []
        self.text = "The first paragraph.\n\nThe second"
        self.stream_answers: list[tuple[int, str, bytes]] = []
        """What the next requests for the stream get instead of one: status, type, body."""
        self.composer_answer: tuple[int, str] | None = None
        """Status and HTML for the next question; None lets the connection drop."""
        self.stream_requests: list[dict[str, str]] = []
        self.asked: list[bytes] = []
        self.late_file = ""
        """The name of a file whose download takes half a second."""
        self.holds_streams_back = False
        """True for a network that lets an answer through only when it has ended."""
        self._listeners: list[queue.Queue[bytes]] = []
        self._log: list[bytes] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/lessons/{LESSON}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    def close(self) -> None:
        self.cut()
        self._server.shutdown()
        self._server.server_close()

    def say(self, html: str) -> None:
        lines = "".join(f"data: {line}\n" for line in html.splitlines())
        self._log.append(f"id: {len(self._log) + 1}\n{lines}\n".encode())
        self._send(self._log[-1])

    def signal(self, name: str) -> None:
        self._send(f"event: {name}\ndata: \n\n".encode())

    def cut(self) -> None:
        """End every open stream."""
        self._send(CUT)

    def _send(self, piece: bytes) -> None:
        for listener in list(self._listeners):
            listener.put(piece)

    def page(self) -> str:
        open_end = self.status == "writing"
        blocks = prose.ProseStream(self.text).changed() if open_end else prose.render(self.text)
        return render("lessons/show.html", **_frame(), version=version(self.status), blocks=blocks,
                      messages=self.messages)  # fmt: skip

    def _handler(stage) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def do_GET(self) -> None:
                path = self.path.split("?")[0]
                if path.endswith("/events"):
                    self._stream()
                elif path.startswith("/static/"):
                    file = STATIC / path.removeprefix("/static/")
                    if file.name == stage.late_file:
                        time.sleep(0.5)
                    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                    self._answer(200, kind, file.read_bytes())
                else:
                    self._answer(200, "text/html; charset=utf-8", stage.page().encode())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                stage.asked.append(body)
                if stage.composer_answer is None:
                    self.close_connection = True
                    return
                status, html = stage.composer_answer
                self._answer(status, "text/html; charset=utf-8", html.encode())

            def _answer(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                self.send_header("content-security-policy", POLICY)
                self.end_headers()
                self.wfile.write(body)

            def _stream(self) -> None:
                stage.stream_requests.append({**self.headers, "path": self.path})
                if stage.stream_answers:
                    self._answer(*stage.stream_answers.pop(0))
                    return
                poll = "mode=poll" in self.path
                if stage.holds_streams_back and not poll:
                    time.sleep(5)
                    self.close_connection = True
                    return
                mine: queue.Queue[bytes] = queue.Queue()
                missed = stage._log[int(self.headers.get("Last-Event-ID", 0)) :]
                stage._listeners.append(mine)
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.end_headers()
                self.wfile.write(GREETING + b"".join(missed))
                self.wfile.flush()
                try:
                    self._follow(mine, ends=poll, told=bool(missed))
                finally:
                    stage._listeners.remove(mine)

            def _follow(self, mine: "queue.Queue[bytes]", *, ends: bool, told: bool) -> None:
                while not (ends and told):
                    try:
                        piece = mine.get(timeout=0.2)
                    except queue.Empty:
                        if self._has_left():
                            return
                        continue
                    if piece is CUT:
                        return
                    self.wfile.write(piece)
                    told = True

            def _has_left(self) -> bool:
                readable, _, _ = select.select([self.connection], [], [], 0)
                return bool(readable)

        return Handler


def version(status: str) -> SimpleNamespace:
    return SimpleNamespace(status=status, failure="", attempt=1, number=1)


def message(number: int, role: str, status: str, text: str) -> SimpleNamespace:
    return SimpleNamespace(
        id=UUID(int=LESSON.int + 0x100 + number),
        role=role,
        status=status,
        failure="",
        intent="",
        position=number,
        content=text,
        blocks=prose.render(text),
    )


def composer(**extra: Any) -> str:
    return render("messages/_composer.html", lesson=_lesson(), message_key="another-key",
                  csrf_token=None, swap_oob=True, **extra)  # fmt: skip


def _lesson() -> SimpleNamespace:
    return SimpleNamespace(id=LESSON, title="Knots", summary="Why a knot holds.")


def _frame() -> dict[str, Any]:
    return {
        "learner": SimpleNamespace(id=LESSON, is_guest=True, is_admin=False, email=None),
        "csrf_token": "token",
        "teaches_from_library": True,
        "lesson": _lesson(),
        "lesson_id": LESSON,
        "taught_in": "en",
        "syllabus": SimpleNamespace(
            id=LESSON, title="Knots", topic="knots", language="en", learner=LESSON
        ),
        "modules": [],
        "task": '<div id="active-task-area"></div>',
        "quiz": '<section id="quiz-area"></section>',
        "progress": "",
        "wiped": False,
        "earlier": None,
        "before": None,
        "easier_url": None,
        "harder_url": None,
        "previous": None,
        "next": None,
        "stream": SimpleNamespace(url=f"/lessons/{LESSON}/events?after=7"),
        "message_key": "a-key",
    }
