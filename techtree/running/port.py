"""Whether the web server will get its port."""

import errno
import socket

from techtree.running.errors import StartError


def check_port(host: str, port: int) -> None:
    """Raises `StartError` when the web server could not listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise StartError(f"TECHTREE_HOST is {host}, which is no address: {error}") from error
    with socket.socket(family, kind, protocol) as listener:
        # Connections that the last run has closed don't count as busy.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            raise StartError(_explanation(error, host, port)) from error


def _explanation(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"port {port} on {host} is used by another program;"
                f" stop it, or choose another port: TECHTREE_PORT={port + 1} make run"
            )
        case errno.EACCES:
            return (
                f"TECHTREE_PORT is {port}, and ports below 1024 are for root; choose a higher one"
            )
        case errno.EADDRNOTAVAIL:
            return f"TECHTREE_HOST is {host}, which is no address of this machine"
        case _:
            return f"can't listen on {host}, port {port}: {error.strerror}"
