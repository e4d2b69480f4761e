"""The dashboard, the alert rules and their documentation name what is exported."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from techtree.settings import ROOT
from tests.controllers.conftest import Visitor, visitor

__all__ = ["visitor"]

FOLDER = ROOT / "docs" / "monitoring"
NAME = re.compile(r"\b(?:techtree|process|python)_[a-z_]+")
PARTS = {
    "counter": ("_total",),
    "histogram": ("_bucket", "_sum", "_count"),
    "gauge": ("",),
}


@pytest.fixture
async def exported(visitor: Visitor) -> set[str]:
    """Every name that an expression may use."""
    families = text_string_to_metric_families((await visitor.get("/metrics")).text)
    return {each.name + part for each in families for part in PARTS.get(each.type, ())}


def panels() -> list[dict[str, Any]]:
    board = json.loads((FOLDER / "grafana-dashboard.json").read_text())
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / "prometheus-alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expressions() -> Iterator[str]:
    yield from (target["expr"] for panel in panels() for target in panel["targets"])
    yield from (rule["expr"] for rule in rules())


async def test_every_metric_of_dashboard_and_alerts_is_exported(exported: set[str]) -> None:
    used = {name for expression in expressions() for name in NAME.findall(expression)}
    assert len(used) > 20
    assert used - exported == set()


async def test_every_metric_of_ours_is_documented_and_no_other(exported: set[str]) -> None:
    rows = re.findall(r"^\| `(techtree_\w+)`", (FOLDER / "README.md").read_text(), re.MULTILINE)
    ours = {name for name in exported if name.startswith("techtree_")}
    documented = {re.sub("_(bucket|sum|count)$", "", name) for name in ours}
    assert sorted(rows) == sorted(documented)


def test_figures_of_the_whole_site_are_never_added_up_over_processes() -> None:
    for expression in expressions():
        for use in re.finditer(r"techtree_site_", expression):
            before = re.sub(r"\s+", " ", expression[: use.start()])
            assert re.search(r"max( by \([^)]*\))? ?\((rate|increase)?\(?$", before), expression


def test_panels_do_not_overlap_and_say_what_they_show() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (place["x"] + right, place["y"] + down)
            for right in range(place["w"])
            for down in range(place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        assert panel["description"], panel["title"]
        taken |= cells


def test_every_alert_says_what_to_do() -> None:
    assert len({rule["alert"] for rule in rules()}) == len(rules()) > 10
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"].keys() == {"summary", "action"}
