"""`make chaos SEED=… ROUNDS=…`: seeded faults over the real stack, and how its pages fare."""

import argparse
import asyncio
import random
import signal
import sys

from tests.chaos.chaos import run
from tests.chaos.faults import CLOCKS_WRONG, FAKETIME, FAULTS, schedule
from tests.chaos.stack import Machines
from tests.chaos.windows import find_chromium


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--tabs", type=int, default=6, help="windows of each learner on each page")
    parser.add_argument("--sleep", type=float, default=20, help="seconds that readers sleep")
    parser.add_argument("--only", action="append", help="a fault's name; can be given often")
    parser.add_argument("--webs", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--balancer", choices=["own", "haproxy"], default="own")
    options = parser.parse_args()
    machines = Machines(options.webs, options.workers, options.balancer == "haproxy")
    possible = [*FAULTS, *([CLOCKS_WRONG] if FAKETIME else [])]
    chosen = [each for each in possible if not options.only or each.name in options.only]
    print(f"seed {options.seed}, {options.rounds} round(s) of {len(chosen)} faults", flush=True)  # noqa: T201
    faults = schedule(options.seed, options.rounds, chosen)
    # As Ctrl-C does: what was started is stopped, and what was made is removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chromium = find_chromium() is not None
    if not chromium:
        print("no Chromium on this machine: without pages of a real browser")  # noqa: T201
    report = asyncio.run(
        run(
            options.seed,
            faults,
            tabs=options.tabs,
            sleep=options.sleep,
            chromium=chromium,
            machines=machines,
        )
    )
    print(report)  # noqa: T201
    return 0 if report.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
