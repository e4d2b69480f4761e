"""Publishes to the groups of the Channels application; reads commands as JSON, one a line."""

import asyncio
import json
import sys
import time
from typing import Any

from channels.layers import get_channel_layer
from django.contrib.sessions.backends.signed_cookies import SessionStore

from tests.benchmarks.payload import payload
from tests.benchmarks.peers.channels_app import GROUP, LEARNER


async def publish(count: int, interval: float) -> dict[str, Any]:
    layer = get_channel_layer()
    started = time.monotonic_ns()
    for number in range(count):
        await asyncio.sleep(max(0.0, started / 1e9 + number * interval - time.monotonic()))
        await layer.group_send(f"{GROUP}-all", {"type": "update", "html": payload()})
    return {"first": started}


def cookie() -> dict[str, Any]:
    session = SessionStore()
    session[LEARNER] = "ada"
    return {"cookie": f"sessionid={session._get_session_key()}"}


async def main() -> None:
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command = json.loads(line)
        answer = cookie() if command.pop("do") == "cookie" else await publish(**command)
        print(json.dumps(answer), flush=True)  # noqa: T201 -- the answer to the command


asyncio.run(main())
