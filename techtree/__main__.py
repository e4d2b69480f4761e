"""The command line of TechTree itself: `python -m techtree run`."""

import argparse
import shutil
import sys

from asyncpg import PostgresError

from techtree import account_commands
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
    link = commands.add_parser("reset-password", help="print a link that sets a new password")
    link.add_argument("email")
    admin = commands.add_parser("admin", help="let an account see /admin")
    admin.add_argument("email")
    admin.add_argument("--revoke", action="store_true", help="let it see /admin no longer")
    options = parser.parse_args()
    try:
        return _carry_out(options)
    except (StartError, EmbeddedError, FolderError, PostgresError, OSError) as error:
        sys.stderr.write(f"techtree: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 0


def _carry_out(options: argparse.Namespace) -> int:
    match options.command:
        case "run":
            return run()
        case "reset":
            return reset()
        case "reset-password":
            return account_commands.reset_password(options.email)
        case _:
            return account_commands.set_admin(options.email, admin=not options.revoke)


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
