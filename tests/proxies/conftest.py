"""TechTree teaching from its library, as something for proxies to stand before."""

from collections.abc import Iterator

import pytest

from techtree.embedded import erase
from tests.browser.conftest import chromium  # noqa: F401
from tests.setup.started import Started


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    started = Started(tmp_path_factory.mktemp("proxies"))
    started.wait_for("TechTree is ready")
    yield started
    started.interrupt()
    erase(started.state)
