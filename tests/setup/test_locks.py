"""The lock files: complete, checked by hash, and silent about where they came from."""

import re
import tomllib

import pytest

from techtree.settings import ROOT

LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-uv.lock"]
PIN = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / lock).read_text()))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "index" not in text


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_its_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())
    assert entries
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)


def test_what_the_project_asks_for_is_what_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for lock, wanted in (
        ("requirements.lock", project["project"]["dependencies"]),
        ("requirements-dev.lock", project["dependency-groups"]["dev"]),
    ):
        found = pins(lock)
        for requirement in wanted:
            name, version = re.sub(r"\[.*\]", "", requirement).split("==")
            assert found[name] == version, f"{name}: run `make lock`"


def test_development_runs_on_the_versions_that_everybody_gets() -> None:
    run, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert run.items() <= development.items()
