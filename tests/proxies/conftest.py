"""TechTree with a model that writes short texts, as something for proxies to stand before."""

from collections.abc import Iterator

import pytest

from techtree.embedded import erase
from tests.browser.conftest import chromium  # noqa: F401
from tests.chaos.texts import Author
from tests.fakes.openai_server import in_a_thread
from tests.setup.started import Started


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    author = Author(lesson=450, catalogue=450, reply=40)
    author.tokens_per_second = 250
    with in_a_thread(author):
        started = Started(
            tmp_path_factory.mktemp("proxies"),
            TECHTREE_MODEL="openai:test",
            TECHTREE_MODEL_URL=author.url,
            TECHTREE_MODEL_KEY="a key",
        )
        try:
            started.wait_for("TechTree is ready")
            yield started
        finally:
            started.interrupt()
            erase(started.state)
