"""A worker process as it boots."""

import os
import subprocess
import sys

import pytest

from techtree.settings import ROOT

LOADED = "import sys, tasks.worker; print('pydantic_ai' in sys.modules)"


@pytest.mark.parametrize(("model", "loaded"), [("openai:any", "True"), ("library", "False")])
def test_a_worker_loads_the_client_of_its_model_before_its_first_job(
    model: str, loaded: str
) -> None:
    finished = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=ROOT,
        env={**os.environ, "TECHTREE_MODEL": model, "TECHTREE_MODEL_KEY": "a key"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stdout.strip() == loaded
