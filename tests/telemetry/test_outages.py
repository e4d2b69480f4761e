"""What programs say, and don't say, of a server that they can't reach."""

import os
import subprocess
import sys

import pytest

from techtree.settings import ROOT

WORD = "the-word-for-the-server"
SWEEP = """
import asyncio, contextlib
from tasks import worker
from tasks.sweeper import sweep_for_ever
async def for_a_while():
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(sweep_for_ever(), 3)
asyncio.run(for_a_while())
"""


@pytest.mark.parametrize(
    ("variable", "address", "said"),
    [
        ("TECHTREE_DATABASE_URL", f"postgresql://tree:{WORD}@127.0.0.1:1/tree", "PostgreSQL"),
        ("TECHTREE_REDIS_URL", f"redis://:{WORD}@127.0.0.1:1/0", "Redis"),
    ],
)
@pytest.mark.parametrize("form", ["json", "text"])
def test_a_worker_names_the_server_and_not_its_password(
    servers: None, variable: str, address: str, said: str, form: str
) -> None:
    finished = run("-c", SWEEP, **{variable: address, "TECHTREE_LOG": form})
    assert f"Sweeping waits for {said}" in finished.stderr
    assert WORD not in finished.stdout + finished.stderr


def test_the_command_line_names_the_server_and_not_its_password(servers: None) -> None:
    address = f"postgresql://tree:{WORD}@127.0.0.1:1/tree"
    finished = run("-m", "tasks", "dead", TECHTREE_DATABASE_URL=address)
    assert finished.returncode == 1
    assert "PostgreSQL does not answer" in finished.stderr
    assert WORD not in finished.stdout + finished.stderr


def run(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
