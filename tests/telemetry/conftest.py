"""One real stack for all tests of what an operator hears."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chaos.stack import FEW, Stack
from tests.fakes.openai_server import OpenAIServer
from tests.telemetry.collector import Collector
from tests.telemetry.site import KEY, MONITOR, Site


@pytest.fixture(scope="package")
async def site() -> AsyncIterator[Site]:
    with Collector() as collector, tempfile.TemporaryDirectory(prefix="techtree-signals-") as home:
        settings = {
            "TECHTREE_LOG": "json",
            "TECHTREE_MODEL_KEY": KEY,
            "TECHTREE_METRICS_TOKEN": MONITOR,
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "500",
        }
        async with (
            OpenAIServer() as model,
            Stack(Path(home) / "state", model.url, FEW, **settings).running() as stack,
        ):
            site = Site(stack, model, collector)
            try:
                await site.live_through_a_day()
            except BaseException:
                print(stack.logs())  # noqa: T201 -- without it a failure can't be understood
                raise
            yield site
