"""The style guide is for those who change the interface."""

import pytest

from techtree.settings import Environment, get_settings
from tests.controllers.conftest import Visitor


async def test_production_has_none(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await visitor.get("/styleguide")).status_code == 200
    monkeypatch.setattr(get_settings(), "env", Environment.PRODUCTION)
    assert (await visitor.get("/styleguide")).status_code == 404
