"""A streamed text that survives what happens on the way."""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from techtree.tutor.author import Purpose
from techtree.tutor.model.draft import Draft
from techtree.tutor.model.faults import Kind, RequestError
from techtree.tutor.model.limits import Size
from techtree.tutor.model.patience import Patience
from techtree.tutor.model.requests import Exchange, Request, Requests
from techtree.tutor.model.tokens import tokens_in
from techtree.tutor.prompts import Prompt, fill

log = logging.getLogger(__name__)

SMALLEST_WINDOW = 1_000
"""Tokens for the prompt below which trimming further is no use."""
FRAMING = 100
"""Tokens to leave for what a server adds around the messages."""


@dataclass(frozen=True, slots=True)
class Task:
    """What to write: a prompt for the room there is, and how long the answer may be."""

    purpose: Purpose
    size: Size
    prompt: Callable[[int], Prompt]
    """Builds the prompt so that it takes at most so many tokens."""


class Room:
    """The tokens a prompt may take. Shrinks when the server says that it was too much."""

    def __init__(self, window: int, size: Size) -> None:
        self.answer = min(size.tokens, window // 2)
        self.prompt = window - self.answer - FRAMING

    def shrink(self, fault: RequestError) -> bool:
        """True when the fault says the prompt was too long, and a shorter one is worth trying."""
        if fault.kind is not Kind.TOO_LONG or self.prompt < SMALLEST_WINDOW:
            return False
        self.prompt //= 2
        self.answer = min(self.answer, self.prompt)
        return True


async def stream_text(requests: Requests, task: Task) -> AsyncGenerator[str, None]:
    """Yield the answer in pieces. Raises `TutorError` when it can't be had whole.

    An answer that breaks off is taken up again where it stopped; one that never ends is cut.
    """
    draft = Draft(task.size.characters)
    patience = Patience(requests.limits)
    room = Room(requests.connection.window, task.size)
    breaks: list[RequestError] = []
    while True:
        fault: RequestError | None = None
        request = _request(task, draft, room, patience)
        try:
            async with aclosing(requests.stream(request)) as pieces:
                async for piece in pieces:
                    if piece.is_tool_call:
                        continue
                    if shown := draft.add(piece.text):
                        yield shown
                    if draft.is_too_long:
                        log.warning("%s went past its limit and was cut", request.prompt.name)
                        yield draft.cut()
                        return
        except RequestError as raised:
            fault = raised
        if fault is None or _is_the_end(fault, breaks):
            yield draft.finish()
            return
        if room.shrink(fault):
            continue
        wrote = len(draft.text) > len(request.exchanges[0].said if request.exchanges else "")
        if wrote and not fault.kind.is_final:
            patience.restore()
            breaks.append(fault)
            if len(breaks) > requests.limits.continuations:
                raise fault.as_error()
        draft.break_off()
        await patience.after(fault)


def _request(task: Task, draft: Draft, room: Room, patience: Patience) -> Request:
    prompt = task.prompt(room.prompt - tokens_in(draft.text))
    exchanges = (Exchange(draft.text, fill("continue", {}).request),) if draft.text else ()
    return Request(prompt, task.purpose, room.answer, patience.seconds_left, exchanges)


def _is_the_end(fault: RequestError, breaks: list[RequestError]) -> bool:
    """Whether a fault only means that this server never says when it has finished.

    One such end may be a cut; a second in a row, after it was asked to go on, is its habit. A model
    that has nothing to add to what it wrote has finished, too.
    """
    if not breaks or breaks[-1].kind is not Kind.UNFINISHED:
        return False
    return fault.kind in (Kind.UNFINISHED, Kind.EMPTY)
