"""`python -m tests.benchmarks [--only NAME] [--runs N]`: measures, prints tables, writes JSON."""

import argparse
import asyncio
import json
import os
import tempfile
import time
from pathlib import Path

from tests.benchmarks.programs import FOLDER
from tests.benchmarks.tables import machine, medians, table

NAMES = ("fanout", "channels", "memory", "processes", "tokens", "start")


def main() -> None:
    options = _options()
    # Before anything is imported that asks for the settings: they are read once.
    with tempfile.TemporaryDirectory(prefix="techtree-bench-") as state:
        os.environ |= {
            "TECHTREE_STREAMS_PER_ADDRESS": "1000000",
            "TECHTREE_STATE": state,
            "TECHTREE_ENV": "test",
            "TECHTREE_SECRET": "a secret for benchmarks, and only for those",
            "TECHTREE_MODEL": "library",
            "PICCOLO_CONF": "techtree.piccolo_conf",
        }
        os.environ.pop("TECHTREE_DATABASE_URL", None)
        os.environ.pop("TECHTREE_REDIS_URL", None)
        asyncio.run(_measure(options))


async def _measure(options: argparse.Namespace) -> None:
    from tests.benchmarks.measures import MEASURES, bench  # noqa: PLC0415

    about = machine()
    print("\n".join(f"{name}: {value}" for name, value in about.items()))  # noqa: T201
    async with bench(peers=not options.no_peers, pages=options.pages) as stand:
        for name in options.only or NAMES:
            runs = []
            for number in range(options.runs):
                load = os.getloadavg()[0]
                runs.append(await MEASURES[name](stand))
                print(f"{name}: run {number + 1}, load before it {load:.1f}", flush=True)  # noqa: T201
                # After each, so that a run that is broken off leaves the earlier ones.
                _keep(name, about, runs)
            print(table(name, medians(runs)), flush=True)  # noqa: T201


def _keep(name: str, about: dict[str, str], runs: list[dict[str, object]]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    at = {"at": time.strftime("%Y-%m-%dT%H:%M:%S%z"), **about}
    found = {"about": at, "median": medians(runs), "runs": runs}
    Path(FOLDER / f"{name}.json").write_text(json.dumps(found, indent=1))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=NAMES, nargs="*", default=[])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-peers", action="store_true", help="TechTree alone")
    parser.add_argument("--pages", type=int, help="at most so many pages, for a quick look")
    return parser.parse_args()


if __name__ == "__main__":
    main()
