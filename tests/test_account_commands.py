"""What an operator does with accounts from the command line."""

import os
import re
import subprocess
import sys

from techtree.accounts import Learner
from techtree.passwords import learner_of_token


def techtree(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "techtree", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )


async def test_a_link_is_printed_that_resets_the_password(ada: Learner) -> None:
    done = techtree("reset-password", "Ada@example.org")
    assert done.returncode == 0, done.stderr
    token = re.search(r"/reset-password/(\S+)", done.stdout)
    assert token
    assert await learner_of_token(token[1]) == ada


async def test_an_address_without_an_account_is_named(database: None) -> None:
    for command in ("reset-password", "admin"):
        done = techtree(command, "nobody@example.org")
        assert done.returncode == 1
        assert "no account with the address nobody@example.org" in done.stderr


async def test_an_administrator_is_made_and_unmade(ada: Learner) -> None:
    user = ada.user
    for arguments, expected in ((["admin"], True), (["admin", "--revoke"], False)):
        assert techtree(*arguments, "ada@example.org").returncode == 0
        learner = await Learner.of_user(user)
        assert learner
        assert learner.is_admin is expected
