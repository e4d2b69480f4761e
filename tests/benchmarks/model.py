"""A model server whose tokens say when they were sent, and the bare loop that copies them.

`python -m tests.benchmarks.model` prints the address of the model;
`python -m tests.benchmarks.model PORT URL` copies the model's stream to whoever connects to PORT.
"""

import asyncio
import json
import random
import sys
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from tests.benchmarks.payload import stamp
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.openai_wire import Answer, Heard, event

TOKENS = 800
TOKENS_PER_SECOND = (30, 50)
STAMPED = 5
"""Every so many tokens one says when it was sent."""
PARAGRAPH = 60
"""Tokens."""
WORDS = ["", "a", "vector", "is", "both", "length", "and", "direction", "in", "one", "object"][1:]


class TimedServer(OpenAIServer):
    async def _events(self, answer: Answer, heard: Heard) -> AsyncIterator[bytes]:
        yield event(heard, {"role": "assistant", "content": ""})
        rate = random.uniform(*TOKENS_PER_SECOND)
        loop = asyncio.get_running_loop()
        began = loop.time()
        for number in range(1, TOKENS + 1):
            await asyncio.sleep(max(0.0, began + number / rate - loop.time()))
            word = stamp() if number % STAMPED == 0 else WORDS[number % len(WORDS)]
            end = ".\n\n" if number % PARAGRAPH == 0 else ""
            yield event(heard, {"content": f" {word}{end}"})
        yield event(heard, {}, finish="stop")
        yield b"data: [DONE]\n\n"


async def _copy(url: str, readers: asyncio.StreamReader, page: asyncio.StreamWriter) -> None:
    await readers.readuntil(b"\r\n\r\n")
    at = urlsplit(url)
    model, request = await asyncio.open_connection(at.hostname, at.port)
    body = json.dumps({"messages": [], "stream": True}).encode()
    request.write(
        f"POST {at.path}/chat/completions HTTP/1.1\r\nHost: {at.netloc}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    while piece := await model.read(65536):
        page.write(piece)
        await page.drain()


async def main(options: list[str]) -> None:
    if not options:
        server = TimedServer()
        await server.start()
        print(json.dumps(server.url), flush=True)  # noqa: T201 -- for whoever started it
    else:
        port, url = options
        await asyncio.start_server(
            lambda reader, writer: _copy(url, reader, writer), "127.0.0.1", int(port), backlog=512
        )
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
