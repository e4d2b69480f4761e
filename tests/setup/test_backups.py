"""Everything is destroyed, and a backup brings it back."""

import os
import subprocess
import sys
from pathlib import Path

import asyncpg

from techtree.embedded import erase
from techtree.settings import ROOT
from tests.setup.started import Started

COUNTS = "SELECT (SELECT count(*) FROM learner), (SELECT count(*) FROM syllabus)"


async def test_what_was_destroyed_is_there_again(state: Path, tmp_path: Path) -> None:
    file = tmp_path / "monday.backup"
    site = _running(state)
    await _fill(state, learners=3)
    # While it runs, as an operator does every night.
    done = _techtree(state, "backup", str(file))
    assert done.returncode == 0, done.stderr
    assert file.stat().st_mode & 0o077 == 0
    await _fill(state, learners=5)
    site.interrupt()
    erase(state)

    _running(state).interrupt()
    assert await _counted(state) == (0, 0)
    done = _techtree(state, "restore", str(file), "--yes")
    assert done.returncode == 0, done.stderr

    site = _running(state)
    try:
        assert await _counted(state, runs=True) == (3, 3)
    finally:
        site.interrupt()


async def test_a_backup_never_replaces_a_file(state: Path, tmp_path: Path) -> None:
    file = tmp_path / "sunday.backup"
    file.write_text("precious")
    done = _techtree(state, "backup", str(file))
    assert done.returncode == 1 and "exists already" in done.stderr
    assert file.read_text() == "precious"


async def test_what_is_no_backup_changes_nothing(state: Path, tmp_path: Path) -> None:
    file = tmp_path / "holiday.jpg"
    file.write_bytes(b"\xff\xd8 not a backup")
    done = _techtree(state, "restore", str(file), "--yes")
    assert done.returncode == 1 and "is not a file that `backup` wrote" in done.stderr


async def test_a_broken_backup_leaves_everything_as_it_was(state: Path, tmp_path: Path) -> None:
    file = tmp_path / "monday.backup"
    site = _running(state)
    try:
        await _fill(state, learners=2)
        assert _techtree(state, "backup", str(file)).returncode == 0
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        done = _techtree(state, "restore", str(file), "--yes")
        assert done.returncode == 1 and "nothing was changed" in done.stderr
        assert await _counted(state, runs=True) == (2, 2)
    finally:
        site.interrupt()


def _running(state: Path) -> Started:
    site = Started(state)
    site.wait_for("TechTree is ready")
    return site


def _techtree(state: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "techtree", *arguments],
        cwd=ROOT,
        env={**os.environ, "TECHTREE_STATE": str(state)},
        capture_output=True,
        text=True,
        check=False,
    )


async def _fill(state: Path, *, learners: int) -> None:
    rows = await asyncpg.connect((state / "postgres" / "dsn").read_text())
    for _ in range(learners):
        learner = await rows.fetchval(
            "INSERT INTO learner (id) VALUES (gen_random_uuid()) RETURNING id"
        )
        await rows.execute(
            "INSERT INTO syllabus (id, learner, topic, level, status)"
            " VALUES (gen_random_uuid(), $1, 'Knots', 'beginner', 'stopped')",
            learner,
        )
    await rows.close()


async def _counted(state: Path, *, runs: bool = False) -> tuple[int, int]:
    from techtree.embedded.servers import running_postgres  # noqa: PLC0415

    if not runs:
        with running_postgres(state):
            return await _counted(state, runs=True)
    rows = await asyncpg.connect((state / "postgres" / "dsn").read_text())
    found = await rows.fetchrow(COUNTS)
    await rows.close()
    return (found[0], found[1])
