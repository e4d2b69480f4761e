"""A local HTTP server speaking the OpenAI chat-completions protocol, every fault a switch.

In tests: `async with OpenAIServer() as server: server.answer(Answer(cut_after=40)); … server.url`.
For a browser: `python -m tests.fakes.openai_server --port 8081 --tokens-per-second 40`, and
`curl -d '{"status": 429}' http://127.0.0.1:8081/faults` queues a fault for the next request.
"""

import argparse
import asyncio
import json
import random
import threading
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, Self

from tests.fakes.openai_script import Delivery, delivery_of
from tests.fakes.openai_wire import (
    Answer,
    Heard,
    error,
    event,
    gone,
    limit,
    pieces,
    read,
    send_chunk,
    send_json,
    start_stream,
    tool_delta,
)

FAULTS = (
    Answer(status=429, headers={"Retry-After": "1"}),
    Answer(status=500),
    Answer(cut_after=60),
    Answer(garbage=True),
)


class OpenAIServer:
    """Listens on 127.0.0.1. Answers what is queued, and scripted text when nothing is."""

    def __init__(
        self,
        *,
        tokens_per_second: float | None = None,
        first_token: float = 0,
        tools: bool = True,
        json_schema: bool = True,
        drop_kept_alive: bool = False,
        key: str | None = None,
        faults: random.Random | None = None,
    ) -> None:
        self.tokens_per_second = tokens_per_second
        self.first_token = first_token
        """Seconds from the request to the first token, when there is a pace."""
        self.tools = tools
        self.json_schema = json_schema
        self.drop_kept_alive = drop_kept_alive
        self.key = key
        """When set, any other key is answered 401."""
        self.faults = faults
        """When set, three of ten requests that nothing is queued for go wrong, drawn from it."""
        self.requests: list[Heard] = []
        self.hung_up = 0
        """How many clients went away before their answer was over."""
        self.dropped = 0
        """How many kept-alive connections were dropped on a second request."""
        self.queue: deque[Answer] = deque()
        self._connections = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    def answer(self, *answers: Answer) -> None:
        """Queue answers for the next requests."""
        self.queue.extend(answers)

    @property
    def url(self) -> str:
        assert self._server is not None
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"http://{host}:{port}/v1"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self._server = await asyncio.start_server(self._serve, host, port)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        connection = self._connections
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            answered = 0
            while (request := await read(reader)) is not None:
                path, headers, body = request
                if answered and self.drop_kept_alive:
                    self.dropped += 1
                    return
                answered += 1
                if not await self._respond(path, Heard(body, headers, connection), reader, writer):
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            self.hung_up += 1
        except asyncio.CancelledError:
            # The server is being stopped; a connection has nobody to tell.
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _respond(
        self, path: str, heard: Heard, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer one request; False when the connection must be dropped."""
        if path.endswith("/chat/completions"):
            return await self._complete(heard, reader, writer)
        if path.endswith("/faults"):
            self.answer(Answer(**heard.body))
            await send_json(writer, 202, {"queued": len(self.queue)})
        else:
            await send_json(writer, 404, {"detail": "Not Found"})
        return True

    async def _complete(
        self, heard: Heard, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        self.requests.append(heard)
        answer = self._refusal(heard) or self._next()
        if answer.drop:
            return False
        if answer.hang:
            await _hang_up(reader, writer)
        if answer.status != 200:
            await send_json(writer, answer.status, error(answer, heard), answer.headers)
            return True
        return await self._stream(answer, heard, reader, writer)

    def _next(self) -> Answer:
        if self.queue:
            return self.queue.popleft()
        if self.faults and self.faults.random() < 0.3:
            return self.faults.choice(FAULTS)
        return Answer()

    def _refusal(self, heard: Heard) -> Answer | None:
        """The error for what this server doesn't support, whatever is queued."""
        if self.key is not None and heard.headers.get("authorization") != f"Bearer {self.key}":
            return Answer(status=401, message="Incorrect API key provided")
        delivery = delivery_of(heard.body)
        if delivery is Delivery.TOOL and not self.tools:
            return Answer(status=400, message="this model does not support tools")
        if delivery is Delivery.JSON_SCHEMA and not self.json_schema:
            return Answer(status=400, message="response_format json_schema is not supported")
        return None

    async def _stream(
        self,
        answer: Answer,
        heard: Heard,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        await start_stream(writer)
        async for data in self._events(answer, heard):
            if gone(reader, writer):
                raise ConnectionResetError
            await send_chunk(writer, data)
        if answer.cut_after is not None:
            return False
        if answer.silent or answer.stall_after is not None:
            await _hang_up(reader, writer)
        await send_chunk(writer, b"")
        return True

    async def _events(self, answer: Answer, heard: Heard) -> AsyncIterator[bytes]:
        delivery = Delivery.TEXT if answer.as_text else delivery_of(heard.body)
        yield event(heard, {"role": "assistant", "content": None if delivery.is_tool else ""})
        if answer.garbage:
            yield b"data: {not json at all\n\n"
            return
        if answer.silent:
            return
        if delivery.is_tool:
            yield event(heard, tool_delta(name=heard.body["tools"][0]["function"]["name"]))
        sent = 0
        began = asyncio.get_running_loop().time()
        for number, piece in enumerate(pieces(answer, heard)):
            await self._until(began, number)
            yield event(heard, tool_delta(piece) if delivery.is_tool else {"content": piece})
            sent += len(piece)
        if answer.calls_twice:
            yield event(heard, tool_delta("{}", name="another", index=1))
        if limit(answer) is not None:
            return
        yield event(heard, {}, finish="tool_calls" if delivery.is_tool else answer.finish)
        if answer.usage:
            usage = {"prompt_tokens": len(heard.text) // 4, "completion_tokens": sent // 4}
            usage["total_tokens"] = sum(usage.values())
            yield event(heard, None, usage=usage)
        yield b"data: [DONE]\n\n"

    async def _until(self, began: float, number: int) -> None:
        """Wait for a token's time, whatever the ones before it took."""
        if self.tokens_per_second is None:
            await asyncio.sleep(0)
            return
        due = (
            began
            + (self.first_token or 1 / self.tokens_per_second)
            + number / self.tokens_per_second
        )
        await asyncio.sleep(max(0, due - asyncio.get_running_loop().time()))


@contextmanager
def running_server(**switches: Any) -> Iterator[OpenAIServer]:
    server = OpenAIServer(**switches)
    with in_a_thread(server):
        yield server


@contextmanager
def in_a_thread(server: OpenAIServer) -> Iterator[None]:
    """For tests that block their event loop or have none."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result(5)
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say nothing more until the client gives up."""
    while not gone(reader, writer):
        await asyncio.sleep(0.01)
    raise ConnectionResetError


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--tokens-per-second", type=float)
    parser.add_argument("--first-token", type=float, default=0, help="seconds until it")
    parser.add_argument("--no-tools", action="store_true")
    parser.add_argument("--no-json-schema", action="store_true")
    parser.add_argument("--drop-kept-alive", action="store_true")
    parser.add_argument("--key", help="answer 401 to any other key")
    parser.add_argument(
        "--answer",
        action="append",
        default=[],
        type=json.loads,
        help='queue an answer, such as \'{"status": 429, "headers": {"Retry-After": "1"}}\'',
    )
    options = parser.parse_args()
    server = OpenAIServer(
        tokens_per_second=options.tokens_per_second,
        first_token=options.first_token,
        tools=not options.no_tools,
        json_schema=not options.no_json_schema,
        drop_kept_alive=options.drop_kept_alive,
        key=options.key,
    )
    server.answer(*(Answer(**answer) for answer in options.answer))
    await server.start(options.host, options.port)
    print(server.url, flush=True)  # noqa: T201 -- the one line this command is for
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
