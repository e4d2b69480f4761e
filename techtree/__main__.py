"""The command line of TechTree itself: `python -m techtree run`."""

import argparse
import shutil
import sys

from techtree.embedded import EmbeddedError, erase
from techtree.embedded.lock import only_run
from techtree.private import FolderError
from techtree.running import StartError, run
from techtree.settings import get_settings


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m techtree")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start TechTree and stop it with Ctrl-C")
    commands.add_parser("reset", help="delete all accounts, courses and chats, after asking")
    command = {"run": run, "reset": reset}[parser.parse_args().command]
    try:
        return command()
    except (StartError, EmbeddedError, FolderError) as error:
        sys.stderr.write(f"techtree: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 0


def reset() -> int:
    """Delete what the embedded servers hold. A database of another server is not touched."""
    state = get_settings().state
    if not state.exists():
        sys.stdout.write(f"There is nothing to delete: {state} doesn't exist.\n")
        return 0
    with only_run(state, "it is being deleted"):
        answer = input(f"Delete every account, course and chat in {state}? Type yes: ")
        if answer.strip().lower() != "yes":
            sys.stdout.write("Nothing was deleted.\n")
            return 1
        erase(state)
        shutil.rmtree(state)
    return 0


if __name__ == "__main__":
    sys.exit(main())
