"""What TechTree is compared with, each in the place where it is installed."""

import asyncio
import http.client
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from techtree.settings import get_settings
from tests.benchmarks.pages import event_stream, websocket
from tests.benchmarks.payload import payload
from tests.benchmarks.programs import FOLDER, free_port, listening, running
from tests.benchmarks.systems import System, on_time

HERE = Path(__file__).parent
ENVIRONMENT = FOLDER / "peers"
NCHAN = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
ROOMS = "600"
"""Seconds between pings: the pages answer none."""

SERVERS = {
    "daphne": [
        "daphne",
        "--verbosity",
        "0",
        "--ping-interval",
        ROOMS,
        "--ping-timeout",
        ROOMS,
        "--bind",
        "127.0.0.1",
    ],
    "uvicorn": [
        *("uvicorn", "--loop", "uvloop", "--http", "httptools", "--ws", "websockets"),
        *("--ws-ping-interval", ROOMS, "--ws-ping-timeout", ROOMS, "--log-level", "warning"),
    ],
}


def install() -> None:
    """Put the peers into an environment of their own, once."""
    pins = HERE / "requirements.txt"
    done = ENVIRONMENT / "requirements.txt"
    if done.exists() and done.read_text() == pins.read_text():
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
    pip = [str(ENVIRONMENT / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--disable-pip-version-check", "-r", str(pins)], check=True)
    shutil.copy(pins, done)


@asynccontextmanager
async def channels(pages: int, server: str) -> AsyncIterator[System]:
    """Django Channels over its Redis layer, behind `daphne` or `uvicorn`; WebSockets."""
    port = free_port()
    env = {"TECHTREE_BENCH_REDIS": get_settings().redis_dsn}
    python = str(ENVIRONMENT / "bin" / "python")
    command = [python, "-m", *SERVERS[server], "--port", str(port)]
    with (
        running(
            [*command, "tests.benchmarks.peers.channels_app:application"],
            log=f"channels-{server}",
            env=env,
            talks=False,
        ) as web,
        running(
            [python, "-m", "tests.benchmarks.peers.channels_publisher"],
            log="channels-publisher",
            env=env | {"DJANGO_SETTINGS_MODULE": ""},
        ) as publisher,
    ):
        listening(web, port)
        cookie = publisher.ask(do="cookie")["cookie"]

        async def publish(count: int, interval: float) -> int:
            ask = lambda: publisher.ask(do="publish", count=count, interval=interval)  # noqa: E731
            return int((await asyncio.to_thread(ask))["first"])

        request = websocket("/pages/all", "127.0.0.1", cookie)
        name = f"Channels on {server.capitalize()}"
        yield System(name, [web], [port], [request] * pages, "hello", publish)


@asynccontextmanager
async def nchan(pages: int) -> AsyncIterator[System]:
    """nginx's nchan, which keeps its messages itself; server-sent events."""
    port = free_port()
    with TemporaryDirectory(prefix="nchan-") as place:
        # nginx gives up its rights, and would not get into a folder that is only root's.
        Path(place).chmod(0o755)
        text = (HERE / "nchan.conf").read_text().replace("PLACE", place).replace("PORT", str(port))
        configuration = Path(place) / "nginx.conf"
        configuration.write_text(text)
        command = ["nginx", "-p", place, "-c", str(configuration)]
        with running(command, log="nchan", talks=False) as web:
            listening(web, port)
            link = http.client.HTTPConnection("127.0.0.1", port)

            def post() -> None:
                link.request("POST", "/publish", payload(), {"Content-Type": "text/html"})
                link.getresponse().read()

            async def publish(count: int, interval: float) -> int:
                return await on_time(count, interval, lambda: asyncio.to_thread(post))

            request = event_stream("/events", "127.0.0.1", "techtree=ada")
            yield System("nginx with nchan", [web], [port], [request] * pages, ": hi", publish)
