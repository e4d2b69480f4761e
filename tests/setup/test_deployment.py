"""What the documents and files for operators name is there, and is named right."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from techtree.__main__ import COMMANDS
from techtree.settings import ROOT, Settings

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
UNITS = sorted((ROOT / "docs" / "systemd").iterdir())
FILES = [
    ROOT / "compose.yaml",
    ROOT / "Dockerfile",
    ROOT / "docs" / "operate.md",
    ROOT / "docs" / "Caddyfile",
    *UNITS,
]
# Of the compose file alone.
OTHERS = {"TECHTREE_DOMAIN"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_setting_that_is_named_exists(file: Path) -> None:
    named = set(re.findall(r"TECHTREE_[A-Z_]*[A-Z]", file.read_text())) - OTHERS
    known = {f"TECHTREE_{name.upper()}" for name in Settings.model_fields}
    assert named <= known


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_command_that_is_named_exists(file: Path) -> None:
    named = re.findall(r"python -m techtree ([a-z-]+)", file.read_text())
    assert set(named) <= set(COMMANDS)


def test_services_run_commands_that_exist_after_what_they_need() -> None:
    services = COMPOSE["services"]
    ours = {name for name, service in services.items() if "build" in service}
    assert ours == {"migrate", "web", "worker"}
    for name in ours:
        assert services[name]["command"][0] in COMMANDS
        assert services[name]["read_only"] and services[name]["cap_drop"] == ["ALL"]
    for name in ("web", "worker"):
        assert services[name]["deploy"]["replicas"] == 2
        assert services[name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }
    volumes = {
        volume.split(":")[0]
        for service in services.values()
        for volume in service.get("volumes", ())
        if not volume.startswith(".")
    }
    assert volumes == set(COMPOSE["volumes"])


def test_the_image_is_made_of_the_lock_file_and_runs_as_nobody() -> None:
    steps = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes -r requirements.lock" in steps
    assert re.search(r"^USER (?!root|0\b)\S+", steps, re.MULTILINE)
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", steps, re.MULTILINE):
        for name in source.split():
            assert (ROOT / name).exists(), name


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd on this machine to verify its units with")
    for unit in UNITS:
        # Paths of the machine that it will run on aren't here.
        text = unit.read_text().replace("/srv/techtree/.venv/bin/python", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        [program, "verify", "--man=no", *map(str, tmp_path.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "techtree-" in line]
    assert ours == []
