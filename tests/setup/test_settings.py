"""What an operator sets wrongly ends the start with one line that names it."""

from pathlib import Path

import pytest

from techtree.settings import Settings, get_settings, session_secret

WRONG = {
    "TECHTREE_DATABASE_URL": "mysql://localhost/techtree",
    "TECHTREE_REDIS_URL": "localhost:6379",
    "TECHTREE_MODEL": "gpt-5",
    "TECHTREE_FAST_MODEL": "openai:",
    "TECHTREE_MODEL_URL": "localhost:11434/v1",
    "TECHTREE_SECRET": "short",
    "TECHTREE_ENV": "staging",
    "TECHTREE_PORT": "eighty",
    "TECHTREE_PUBLIC_URL": "learn.example.org",
}


@pytest.mark.parametrize(("variable", "value"), WRONG.items())
def test_a_wrong_value_is_one_line_that_names_the_variable(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit) as ended:
        get_settings.__wrapped__()
    message = str(ended.value.code)
    assert message.startswith("techtree: ")
    assert variable in message
    assert "\n" not in message


def test_production_needs_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TECHTREE_ENV", "production")
    monkeypatch.delenv("TECHTREE_SECRET")
    with pytest.raises(SystemExit, match="TECHTREE_SECRET is required"):
        get_settings.__wrapped__()


def test_an_embedded_server_that_was_never_set_up_says_what_to_do(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path, database_url=None)
    with pytest.raises(SystemExit, match="run `make run` first"):
        _ = settings.postgres_dsn


def test_the_development_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path / "state", secret=None)
    first = session_secret(settings)
    assert len(first) == 32
    assert session_secret(settings) == first
    assert (tmp_path / "state" / "secret").stat().st_mode & 0o077 == 0
    assert session_secret(Settings(state=tmp_path / "other", secret=None)) != first


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
    ],
)
def test_the_printed_address_is_one_that_a_browser_can_open(host: str, address: str) -> None:
    assert Settings(host=host, port=8000).address == address
