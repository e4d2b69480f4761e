"""Says when the web server answers, once."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from techtree.running.output import announce
from techtree.settings import Settings

PAUSE = 0.1
"""Seconds between two attempts."""


@contextmanager
def announce_when_ready(settings: Settings) -> Iterator[None]:
    """Print the address as soon as pages are served there, for as long as the block lasts."""
    stopped = threading.Event()
    thread = threading.Thread(target=_announce, args=(settings, stopped), daemon=True)
    thread.start()
    yield
    stopped.set()


def _announce(settings: Settings, stopped: threading.Event) -> None:
    while not stopped.wait(PAUSE):
        if _answers(settings.local_host, settings.port):
            announce(f"TechTree is ready: {settings.address}")
            return


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
