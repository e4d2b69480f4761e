"""What stands before the web processes: the suite's balancer, with HAProxy behind it if wanted."""

import contextlib
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from tests.chaos.balancer import Balancer
from tests.proxies.real import documented, haproxy, running
from tests.setup.started import free_port


@contextlib.asynccontextmanager
async def front(ports: Sequence[int], folder: Path, *, proxied: bool) -> AsyncIterator[Balancer]:
    """`proxied`: HAProxy chooses the web process, and the balancer only cuts connections."""
    async with contextlib.AsyncExitStack() as opened:
        if proxied:
            folder.mkdir()
            listen = free_port()
            command = haproxy(folder, in_turn(listen, ports))
            await opened.enter_async_context(running(command, listen, folder))
            ports = [listen]
        yield await opened.enter_async_context(Balancer(ports))


def in_turn(listen: int, ports: Sequence[int]) -> str:
    """The documented configuration with several servers, each asked as often as the others."""
    site = documented("haproxy", listen=listen, server=ports[0])
    site = site.replace("balance leastconn", "balance roundrobin")
    found = re.search(r"^ *server web1 .*\n", site, re.MULTILINE)
    assert found
    first = found[0]
    lines = [
        first.replace("web1", f"web{number}").replace(f":{ports[0]} ", f":{port} ")
        for number, port in enumerate(ports, start=1)
    ]
    return site.replace(first, "".join(lines))
