"""What can be wrong before anything runs, and what is cleared away."""

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from techtree.private import FolderError, keep, private_folder
from techtree.running import StartError
from techtree.running.leftovers import MARK, stop_leftovers
from techtree.running.output import Output
from techtree.running.port import check_port
from techtree.running.schema import bring_up_to_date
from techtree.settings import get_settings


def test_a_busy_port_names_the_setting() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(StartError, match="TECHTREE_PORT="):
            check_port("127.0.0.1", other.getsockname()[1])
        port = other.getsockname()[1]
    check_port("127.0.0.1", port)


def test_a_host_of_another_machine_names_the_setting() -> None:
    with pytest.raises(StartError, match="TECHTREE_HOST"):
        check_port("192.0.2.1", 8000)


async def test_a_new_database_gets_all_tables_and_a_second_start_changes_nothing(
    servers: None,
) -> None:
    dsn = await _new_database()
    await asyncio.to_thread(bring_up_to_date, dsn, "the test database")
    before = await _migrations(dsn)
    assert any(name.startswith("2026") for name in before)
    await asyncio.to_thread(bring_up_to_date, dsn, "the test database")
    assert await _migrations(dsn) == before


async def test_a_database_newer_than_the_code_is_left_alone(servers: None) -> None:
    dsn = await _new_database()
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "CREATE TABLE migration (id serial, name varchar, app_name varchar, ran_on timestamp)"
    )
    await connection.execute(
        "INSERT INTO migration (name, app_name) VALUES ('2199-01-01T00:00:00', 'techtree')"
    )
    await connection.close()
    with pytest.raises(StartError, match=r"newer TechTree.*2199-01-01"):
        await asyncio.to_thread(bring_up_to_date, dsn, "the test database")
    assert await _migrations(dsn) == ["2199-01-01T00:00:00"]


def test_a_database_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"^the test database can't be used: .+$"):
        bring_up_to_date(f"postgresql://u:p@/d?host={tmp_path}", "the test database")


def test_only_what_a_run_of_this_folder_left_is_stopped(tmp_path: Path) -> None:
    ours, others = _sleeper(tmp_path), _sleeper(tmp_path / "other")
    stop_leftovers(tmp_path)
    assert ours.poll() is not None
    assert others.poll() is None
    others.kill()
    others.wait()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    os.chown(tmp_path, 1234, 1234)
    with pytest.raises(FolderError, match="belongs to user 1234"):
        private_folder(tmp_path)


def test_a_folder_that_cannot_be_made_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FolderError, match="TECHTREE_STATE"):
        private_folder(tmp_path / "file" / "state")


def test_a_folder_is_closed_to_others(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert private_folder(tmp_path).stat().st_mode & 0o077 == 0


def test_what_is_kept_is_made_once(tmp_path: Path) -> None:
    assert keep(tmp_path / "secret", lambda: "first") == "first"
    assert keep(tmp_path / "secret", lambda: "second") == "first"


def test_lines_that_come_in_pieces_are_printed_whole(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output()
    output.take("web", b"one\ntw")
    output.take("worker", b"three\n")
    output.take("web", b"o\nunfinished")
    output.flush("web")
    assert capsys.readouterr().out.splitlines() == [
        "web     | one",
        "worker  | three",
        "web     | two",
        "web     | unfinished",
    ]


def _sleeper(state: Path) -> subprocess.Popen[bytes]:
    ready = "print(flush=True); import time; time.sleep(60)"
    process = subprocess.Popen(
        [sys.executable, "-c", ready],
        env={**os.environ, MARK: str(state)},
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    process.stdout.readline()
    return process


async def _new_database() -> str:
    dsn = get_settings().postgres_dsn
    connection = await asyncpg.connect(dsn)
    await connection.execute("DROP DATABASE IF EXISTS start_test")
    await connection.execute("CREATE DATABASE start_test")
    await connection.close()
    return dsn.replace("/techtree?", "/start_test?")


async def _migrations(dsn: str) -> list[str]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch("SELECT name FROM migration ORDER BY ran_on")
    await connection.close()
    return [row["name"] for row in rows]
