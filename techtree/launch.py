"""Becomes another program: one that ends when its parent does and has no more rights than it needs.

It is run with `python -m` between a parent and its child, so it imports as little as possible.
"""

import argparse
import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def command(
    program: list[str],
    *,
    stop: signal.Signals,
    user: int | None = None,
    directory: str = ".",
    environment: dict[str, str] | None = None,
) -> list[str]:
    """The command line of `program` as a child of this process.

    `stop` is what it gets when this process dies; `user` is a number that needs no name.
    """
    options = ["--parent", str(os.getpid()), "--stop", stop.name, "--directory", directory]
    if user is not None:
        options += ["--user", str(user)]
    for name, value in (environment or {}).items():
        options += ["--set", f"{name}={value}"]
    return [sys.executable, "-m", "techtree.launch", *options, "--", *program]


def main() -> None:
    options = _options()
    # The rights go first: a change of user cancels the wish for a signal.
    if options.user is not None:
        os.setgroups([])
        os.setgid(options.user)
        os.setuid(options.user)
    os.umask(0o077)
    _end_with(options.parent, signal.Signals[options.stop])
    os.chdir(options.directory)
    os.environ.update(setting.split("=", 1) for setting in options.set)
    os.execv(options.program[0], options.program)  # noqa: S606


def _end_with(parent: int, stop: signal.Signals) -> None:
    # Only Linux has this. Elsewhere the next start clears away what a killed one has left.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(stop))
    if os.getppid() != parent:
        sys.exit(0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--stop", required=True)
    parser.add_argument("--directory", required=True)
    parser.add_argument("--user", type=int)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("program", nargs="+")
    return parser.parse_args()


if __name__ == "__main__":
    main()
