"""The command line of TechTree itself: `python -m techtree run`, and what an operator needs."""

import argparse
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from asyncpg import PostgresError

from techtree import account_commands, backups, serving
from techtree.embedded import EmbeddedError, erase
from techtree.embedded.lock import only_run
from techtree.private import FolderError
from techtree.running import StartError, run
from techtree.settings import get_settings


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m techtree")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start TechTree and stop it with Ctrl-C")
    commands.add_parser("web", help="be one web server; SIGTERM ends it in order")
    commands.add_parser("worker", help="be one worker; SIGTERM ends it in order")
    commands.add_parser("migrate", help="bring the tables of the database up to date")
    backup = commands.add_parser("backup", help="write everything that is stored into a file")
    backup.add_argument("path", type=Path, help="a new file")
    restore = commands.add_parser("restore", help="replace everything by what a backup holds")
    restore.add_argument("path", type=Path, help="a file that backup wrote")
    restore.add_argument("--yes", action="store_true", help="don't ask")
    commands.add_parser("reset", help="delete all accounts, courses and chats, after asking")
    link = commands.add_parser("reset-password", help="print a link that sets a new password")
    link.add_argument("email")
    admin = commands.add_parser("admin", help="let an account see /admin")
    admin.add_argument("email")
    admin.add_argument("--revoke", action="store_true", help="let it see /admin no longer")
    options = parser.parse_args()
    try:
        return COMMANDS[options.command](options)
    except (StartError, EmbeddedError, FolderError, PostgresError, OSError) as error:
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


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "run": lambda options: run(),
    "web": lambda options: serving.web(),
    "worker": lambda options: serving.worker(),
    "migrate": lambda options: serving.migrate(),
    "backup": lambda options: backups.backup(options.path),
    "restore": lambda options: backups.restore(options.path, ask=not options.yes),
    "reset": lambda options: reset(),
    "reset-password": lambda options: account_commands.reset_password(options.email),
    "admin": lambda options: account_commands.set_admin(options.email, admin=not options.revoke),
}


if __name__ == "__main__":
    sys.exit(main())
