"""Log lines: one each, with the request's id, without secrets."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from techtree.settings import Settings
from techtree.telemetry import request_id
from techtree.telemetry.logs import Json, Text, fields
from techtree.telemetry.redaction import HIDDEN, Redactor

KEY = "a-key-of-no-known-shape"
PASSWORD = "p%40ss/word!"
ENVIRONMENT = {"OPENAI_API_KEY": "another-key-77", "HOME": "/home/tree"}


@pytest.fixture
def redact(tmp_path: Path) -> Redactor:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        state=tmp_path,
        database_url=f"postgresql://tree:{PASSWORD.replace('/', '%2F')}@db.example.org/tree",
        redis_url="redis://:valkey-word@cache.example.org:6379/0",
        model_key=SecretStr(KEY),
        secret=SecretStr("s" * 8 + "essions are signed with this one"),
        smtp_url=SecretStr("smtps://tree:mail-word@mail.example.org"),
        metrics_token=SecretStr("monitors-word"),
    )
    return Redactor(settings, ENVIRONMENT)


def record(
    message: str, *args: object, error: BaseException | None = None, **values: object
) -> Any:
    info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("tests", logging.ERROR, __file__, 1, message, args, info)
    made.__dict__.update(fields(**values))
    return made


@pytest.mark.parametrize(
    "secret",
    [
        KEY,
        "p%40ss%2Fword!",
        "p@ss/word!",
        "valkey-word",
        "ssssssssessions are signed with this one",
        "mail-word",
        "monitors-word",
        "another-key-77",
    ],
)
def test_a_secret_of_the_settings_is_in_no_line(redact: Redactor, secret: str) -> None:
    try:
        raise RuntimeError(f"refused: {secret}")
    except RuntimeError as error:
        for formatter in (Json("web", redact), Text(redact)):
            line = formatter.format(record("said %s", secret, error=error, why=f"<{secret}>"))
            assert secret not in line
            assert json.dumps(secret)[1:-1] not in line
            assert HIDDEN in line


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer abc.def-123456", "abc.def-123456"),
        ("{'authorization': 'Bearer abc.def-123456'}", "abc.def-123456"),
        ("{'x-api-key': b'xyz-987654'}", "xyz-987654"),
        ("cookie: techtree=c2Vzc2lvbg==; techtree-csrf=f0f0f0f0", "c2Vzc2lvbg=="),
        ("cookie: techtree=c2Vzc2lvbg==; techtree-csrf=f0f0f0f0", "f0f0f0f0"),
        ("email=ada%40example.org&password=hunter2000&x=1", "hunter2000"),
        ('{"email": "ada@example.org", "password": "hunter2000"}', "hunter2000"),
        ("password='two words here'", "words here"),
        ("GET /reset-password/MS4yLjMtdG9rZW4 404", "MS4yLjMtdG9rZW4"),
        ("https://tutor.example.org/reset-password/MS4yLjMtdG9rZW4", "MS4yLjMtdG9rZW4"),
        ("can't reach postgresql://bo:wordless99@10.0.0.7/x", "wordless99"),
        ("Incorrect API key provided: sk-proj-abcdefghijkl1234.", "sk-proj-abcdefghijkl1234"),
    ],
)
def test_what_looks_like_a_secret_is_in_no_line(redact: Redactor, text: str, secret: str) -> None:
    for formatter in (Json("web", redact), Text(redact)):
        assert secret in text
        assert secret not in formatter.format(record(text))
        assert secret not in formatter.format(record("%s", "x", why=text))


def test_a_line_without_secrets_is_left_as_it_is(redact: Redactor) -> None:
    text = "tokens_in 700, the token of a lesson; a secret garden at http://127.0.0.1:8000/x"
    assert redact(text) == text


BREAKS = ("\n", "\r", "\r\n", "\x0b", "\x1b[2K\r", "\x85", "\u2028", "\x9b1A")


@pytest.mark.parametrize("line_break", BREAKS)
def test_nothing_typed_passes_for_a_line_of_its_own(redact: Redactor, line_break: str) -> None:
    forged = f"nothing{line_break}ERROR tests: the site was sold"
    try:
        raise ValueError(forged)
    except ValueError as error:
        for formatter in (Json("web", redact), Text(redact)):
            for made in (record(forged), record("said", why=forged), record("x", error=error)):
                lines = formatter.format(made).splitlines()
                assert not [line for line in lines if line.startswith("ERROR tests: the site")]
                assert "\x1b" not in "".join(lines)
                assert "\x9b" not in "".join(lines)
        assert len(Json("web", redact).format(record(forged, error=error)).splitlines()) == 1


def test_a_json_line_says_when_who_what_and_for_which_request(redact: Redactor) -> None:
    with request_id.under("a-request-7"):
        line = json.loads(Json("worker", redact).format(record("job", ms=12, row=None, cost=0.5)))
    assert line.pop("time").endswith("+00:00")
    assert line.pop("process") > 0
    assert line == {
        "level": "error",
        "program": "worker",
        "logger": "tests",
        "message": "job",
        "request": "a-request-7",
        "ms": 12,
        "cost": 0.5,
    }


def test_a_line_of_text_names_the_request_and_the_fields(redact: Redactor) -> None:
    with request_id.under("a-request-7"):
        line = Text(redact).format(record("job", ms=12))
    assert line == "ERROR tests: job ms=12 request=a-request-7"


def test_outside_a_request_no_id_is_made_up(redact: Redactor) -> None:
    assert "request" not in json.loads(Json("web", redact).format(record("started")))
