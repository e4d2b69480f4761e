"""The embedded servers, without anything on top."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from techtree.embedded import EmbeddedError, erase, postgres, servers
from techtree.embedded.place import place
from techtree.embedded.sockets import socket_folder
from techtree.private import FolderError
from techtree.settings import embedded_dsn


async def count_up(state: Path) -> tuple[int, int]:
    """How often this was called, according to PostgreSQL and according to Valkey."""
    connection = await asyncpg.connect(embedded_dsn(state, "postgres"))
    await connection.execute("CREATE TABLE IF NOT EXISTS visit (at timestamptz)")
    await connection.execute("INSERT INTO visit VALUES (now())")
    visits = await connection.fetchval("SELECT count(*) FROM visit")
    await connection.close()
    valkey = Redis.from_url(embedded_dsn(state, "valkey"))
    number = await valkey.incr("visits")
    await valkey.aclose()
    return visits, number


async def test_what_is_stored_outlives_a_restart(state: Path) -> None:
    with servers(state):
        assert await count_up(state) == (1, 1)
    with servers(state):
        assert await count_up(state) == (2, 2)
    erase(state)
    with servers(state):
        assert await count_up(state) == (1, 1)


@pytest.mark.parametrize("name", ["my #1 project; 100%, 'new'", "deep/" + "er" * 60])
async def test_any_path_will_do(state: Path, name: str) -> None:
    odd = state / name
    with servers(odd, keep=False):
        assert await count_up(odd) == (1, 1)


@pytest.mark.parametrize("kind", ["an open folder", "a link"])
def test_a_planted_folder_for_sockets_is_refused(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    wanted = tmp_path / ("long" * 30)
    folder = socket_folder(wanted)
    assert folder.parent == tmp_path
    folder.rmdir()
    if kind == "a link":
        folder.symlink_to(tmp_path)
    else:
        folder.mkdir(mode=0o755)
    with pytest.raises(FolderError, match="remove it"):
        socket_folder(wanted)


async def test_vectors_can_be_stored(state: Path) -> None:
    with servers(state):
        connection = await asyncpg.connect(embedded_dsn(state, "postgres"))
        await connection.execute("CREATE EXTENSION vector")
        assert await connection.fetchval("SELECT '[1,2]'::vector <-> '[1,4]'::vector") == 2
        assert await connection.fetchval("SHOW fsync") == "on"
        await connection.close()


async def test_the_database_asks_for_its_password(state: Path) -> None:
    with servers(state):
        password = (state / "postgres" / "password").read_text()
        wrong = embedded_dsn(state, "postgres").replace(password, "wrong")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(wrong)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("server", ["postgres", "valkey"])
def test_no_other_user_reaches_a_socket_or_the_data(state: Path, server: str) -> None:
    with servers(state):
        folders = {"postgres": place(state).sockets, "valkey": state / "valkey" / "socket"}
        socket = next(path for path in folders[server].iterdir() if path.is_socket())
        state.chmod(0o755)
        connect = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
        command = [sys.executable, "-c", connect, str(socket)]
        assert subprocess.run(command, check=False).returncode == 0
        # Not with our Python, which may lie in a home folder.
        stranger = subprocess.run(
            ["/usr/bin/python3", *command[1:]],
            user="nobody",
            group="nogroup",
            extra_groups=[],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        assert "PermissionError" in stranger.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="for other users the data is theirs")
def test_the_server_of_root_runs_without_rights_and_shares_its_user_with_nobody(
    state: Path,
) -> None:
    with servers(state):
        status = Path("/proc", postgres.note(state).read_text().split()[0], "status").read_text()
        fields = dict(line.split(":", 1) for line in status.splitlines())
        assert fields["Uid"].split() == [str(place(state).user)] * 4
        assert fields["Groups"].split() == []
        assert int(fields["CapEff"], 16) == 0


def test_a_note_of_a_dead_server_with_a_reused_number_does_not_stop_the_start(state: Path) -> None:
    from techtree.running.leftovers import stop_leftovers  # noqa: PLC0415

    with servers(state):
        note = postgres.note(state).read_text()
    postgres.note(state).write_text(note.replace(note.split()[0], str(os.getpid()), 1))
    stop_leftovers(state)
    with servers(state):
        assert postgres.is_ready(state)


def test_two_cannot_use_one_state_folder(state: Path) -> None:
    with servers(state), pytest.raises(EmbeddedError, match="is in use"), servers(state):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="for other users the data lies in the clone")
def test_a_copied_clone_does_not_take_over_the_data(state: Path, tmp_path: Path) -> None:
    with servers(state):
        pass
    (tmp_path / "id").write_text((state / "id").read_text())
    with pytest.raises(EmbeddedError, match="is a copy of"), servers(tmp_path):
        pass


def test_data_of_another_major_version_is_left_alone(state: Path) -> None:
    with servers(state):
        pass
    (place(state).data / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match="PostgreSQL 17, and this is 18"), servers(state):
        pass


def test_an_unfinished_data_folder_is_made_anew(state: Path) -> None:
    unfinished = place(state).data.with_name("data.unfinished")
    unfinished.mkdir(parents=True)
    (unfinished / "half").write_text("written")
    with servers(state):
        assert not unfinished.exists()
