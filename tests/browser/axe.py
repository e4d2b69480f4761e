"""axe-core, which finds what keeps people from a page; fetched with npm when tests run."""

import hashlib
import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

VERSION = "4.14.1"
SHA256 = "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745"
"""Of the package. Mozilla Public License 2.0; it is never shipped."""


def source(folder: Path) -> str:
    """The script. Skips the test where npm is missing, which fails it with CI=true."""
    npm = shutil.which("npm")
    if npm is None:
        reason = "no npm on this machine: `apt-get install npm` to look for barriers with axe-core"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    command = [npm, "pack", f"axe-core@{VERSION}", "--silent", "--pack-destination", str(folder)]
    subprocess.run(command, check=True, timeout=120, cwd=folder, capture_output=True)
    package = folder / f"axe-core-{VERSION}.tgz"
    assert hashlib.sha256(package.read_bytes()).hexdigest() == SHA256
    with tarfile.open(package) as files:
        script = files.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode()


async def barriers(page: Page, script: str) -> list[str]:
    """One line for each: the rule, what is wrong, and where."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(script)
    found: list[dict[str, Any]] = await page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
    )
    return [
        f"{each['id']} ({each['impact']}): {each['help']}: "
        + "; ".join(f"{node['target'][0]} {node['failureSummary']}" for node in each["nodes"][:4])
        for each in found
    ]
