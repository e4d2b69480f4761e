"""What can go wrong with a request: in the ledger's words, the learner's and the operator's."""

import os
import re
from collections.abc import Mapping
from enum import StrEnum

from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelQuotaExceededError,
    ModelRequestTimeout,
    ModelTimeoutError,
    UnexpectedModelBehavior,
)

from techtree.languages import gettext as _, marked
from techtree.tutor.author import TutorError


class Kind(StrEnum):
    """What happened, as the ledger says it."""

    SETTINGS = "wrong setting"
    QUOTA = "account exhausted"
    BUSY = "rate limited"
    REJECTED = "request rejected"
    TOO_LONG = "context too long"
    SERVER = "server error"
    CONNECTION = "connection failed"
    SILENT = "no first token"
    STALLED = "stalled"
    UNFINISHED = "ended without a finish"
    LENGTH = "output limit reached"
    EMPTY = "empty answer"
    DECLINED = "declined"
    OVER_TIME = "time is up"
    INVALID = "invalid answer"

    @property
    def is_final(self) -> bool:
        """True when asking again, now or later, would end the same."""
        return self in (Kind.SETTINGS, Kind.QUOTA, Kind.REJECTED, Kind.TOO_LONG, Kind.DECLINED)


MISCONFIGURED = marked(
    "The tutor can't reach its model with its present settings. Nothing you have is lost; whoever "
    "runs this site has to correct them."
)
REASONS = {
    Kind.SETTINGS: MISCONFIGURED,
    Kind.QUOTA: marked(
        "The tutor's account with its model provider is used up. What you have is kept; whoever "
        "runs this site has to renew it."
    ),
    Kind.BUSY: marked(
        "The tutor is being asked too much at the moment. What you have is kept; try again in a "
        "few minutes."
    ),
    Kind.REJECTED: marked(
        "The tutor's model doesn't accept this request. What you have is kept; whoever runs this "
        "site can see why in the log."
    ),
    Kind.TOO_LONG: marked(
        "This is more text than the tutor's model can hold. Start the chat afresh, or ask about a "
        "smaller part."
    ),
    Kind.DECLINED: marked(
        "The tutor's model declined to write about this. Try another wording, or another topic."
    ),
    Kind.EMPTY: marked(
        "The tutor's model gave no answer. What you have is kept; try again in a moment."
    ),
    Kind.INVALID: marked(
        "The tutor's model didn't come up with anything usable. What you have is kept; try again, "
        "or say it in other words."
    ),
}
HINTS = {
    401: "TECHTREE_MODEL_KEY isn't accepted: ",
    402: "the account behind TECHTREE_MODEL_KEY: ",
    403: "TECHTREE_MODEL_KEY has no right to the model in TECHTREE_MODEL: ",
    404: "TECHTREE_MODEL names a model this server doesn't have, or TECHTREE_MODEL_URL isn't its "
    "base URL (most end in /v1): ",
}
"""What an operator should look at first, by the status of the refusal."""
QUOTA_NAMES = {"insufficient_quota", "billing_hard_limit_reached"}
"""OpenAI's error codes, which come with the status of a rate limit."""
TOO_LONG_NAMES = {"context_length_exceeded", "exceed_context_size_error"}
"""OpenAI's code, and the type that llama.cpp's server gives."""
TOO_LONG_WORDS = ("maximum context length", "reduce the length of the messages")
"""What servers without such a code say, vLLM among them."""

UNREACHABLE = marked(
    "The tutor's model can't be reached right now. What you have is kept; try again in a moment."
)
TOO_SLOW = marked(
    "The tutor's model took too long to answer. What you have is kept; try again in a moment."
)


class RequestError(Exception):
    """One failed request. It ends here, or becomes a `TutorError`."""

    def __init__(self, kind: Kind, detail: str = "", *, wait: float | None = None) -> None:
        super().__init__(kind.value)
        self.kind = kind
        self.detail = detail
        self.wait = wait
        """Seconds the server asked for."""

    def as_error(self) -> TutorError:
        slow = self.kind in (Kind.SILENT, Kind.STALLED, Kind.OVER_TIME)
        reason = _(REASONS.get(self.kind, TOO_SLOW if slow else UNREACHABLE))
        return TutorError(
            reason, retry=not self.kind.is_final, detail=f"{self.kind.value}: {self.detail}"
        )


def fault_of(error: Exception, secrets: tuple[str, ...] = ()) -> RequestError:
    """What `error`, raised by Pydantic AI or below it, means here. Keys are cut from its words."""
    if isinstance(error, RequestError):
        return error
    said = scrub(str(error) or type(error).__name__, secrets)
    # These two may come with any status, so they are looked for first.
    if isinstance(error, ModelQuotaExceededError):
        return RequestError(Kind.QUOTA, f"the account behind TECHTREE_MODEL_KEY: {said}")
    if isinstance(error, ModelContextWindowExceededError):
        return RequestError(Kind.TOO_LONG, said)
    if isinstance(error, ModelHTTPError):
        return http_fault(error.status_code, said, wait=error.retry_after)
    kind = _kind_without_status(error)
    hint = " (is TECHTREE_MODEL_URL right?)" if kind is Kind.CONNECTION else ""
    return RequestError(kind, f"{said}{hint}")


def scrub(text: str, secrets: tuple[str, ...]) -> str:
    """`text` without anything that could be a key, and not longer than a log line should be."""
    known = [*secrets, *(os.environ[name] for name in os.environ if name.endswith("_API_KEY"))]
    for secret in known:
        # A short value would be cut out of ordinary words.
        if len(secret) >= 6:
            text = text.replace(secret, "[key]")
    text = re.sub(r"(?i)\b(?:bearer\s+|sk-)[\w*.\-]{4,}", "[key]", text)
    return text if len(text) <= 500 else f"{text[:500]}…"


def http_fault(
    status: int, said: str, *, wait: float | None = None, error: Mapping[str, object] | None = None
) -> RequestError:
    """What a refusal means: its status, and the `error` object in its body."""
    kind = _kind_of(error or {}) or _kind_of_status(status)
    return RequestError(kind, f"{HINTS.get(status, '')}{said}", wait=wait)


def _kind_of_status(status: int) -> Kind:
    match status:
        case 401 | 403 | 404:
            return Kind.SETTINGS
        case 402:
            return Kind.QUOTA
        case 429:
            return Kind.BUSY
        case _ if status in (408, 409, 425) or status >= 500:
            return Kind.SERVER
        case _:
            return Kind.REJECTED


def _kind_of(error: Mapping[str, object]) -> Kind | None:
    """What a server says in words of its own, whatever the status it comes with."""
    names = {str(error.get("code")), str(error.get("type"))}
    message = str(error.get("message")).lower()
    if names & QUOTA_NAMES:
        return Kind.QUOTA
    if names & TOO_LONG_NAMES or any(words in message for words in TOO_LONG_WORDS):
        return Kind.TOO_LONG
    return None


def _kind_without_status(error: Exception) -> Kind:
    match error:
        case ModelRequestTimeout(setting="first_event_timeout"):
            return Kind.SILENT
        case ModelRequestTimeout():
            return Kind.OVER_TIME
        case ModelTimeoutError():
            return Kind.STALLED
        case ModelAPIError() if "finish_reason" in str(error):
            return Kind.UNFINISHED
        case UnexpectedModelBehavior():
            return Kind.EMPTY
        case _:
            return Kind.CONNECTION
