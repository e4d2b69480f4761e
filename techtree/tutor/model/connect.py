"""From the settings to a model one can ask."""

import inspect
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from pydantic_ai.exceptions import UserError
from pydantic_ai.models import Model, infer_model, parse_model_id
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers import Provider, infer_provider_class
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

from techtree.languages import gettext as _
from techtree.settings import Settings
from techtree.tutor.author import TutorError
from techtree.tutor.model.chat import ChatServer
from techtree.tutor.model.faults import MISCONFIGURED

UNKNOWN_WINDOW = 8_192
"""Tokens of context when nobody says: what small local models are often started with."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A model, where it is served, and what it can hold."""

    name: str
    """`provider:model`."""
    model: Model
    server: tuple[str, str]
    """Base URL and model name: what is learned about one holds for the other's next call too."""
    window: int
    """Tokens of context, prompt and answer together."""
    chat: ChatServer | None = None
    """The same model, where it can be read directly."""


def connect(settings: Settings, name: str) -> Connection:
    """The model `name` at the URL and with the key of the settings.

    Raises `TutorError` naming the setting that is wrong. Opens no connection yet.
    """
    try:
        model = _model(settings, name)
    except (UserError, ImportError, ValueError) as error:
        detail = f"TECHTREE_MODEL={name}, or TECHTREE_MODEL_KEY or _URL for it: {error}"
    else:
        window = model.context_window or UNKNOWN_WINDOW
        server = (model.base_url or "", model.model_name)
        return Connection(name, model, server, window, _chat(settings, model))
    raise TutorError(_(MISCONFIGURED), retry=False, detail=detail)


def _model(settings: Settings, name: str) -> Model:
    key = settings.model_key.get_secret_value() if settings.model_key else None
    provider, model = parse_model_id(name)
    if settings.model_url is None:
        return infer_model(name, partial(_provider, key=key))
    if provider in ("openai", "openai-chat") or not _takes_url(provider or ""):
        return _compatible(model, settings.model_url, key)
    return infer_model(name, partial(_provider, key=key, url=settings.model_url))


def _provider(name: str, *, key: str | None, url: str | None = None) -> Provider[Any]:
    given = {"api_key": key, "base_url": url}
    return infer_provider_class(name)(**{k: value for k, value in given.items() if value})


def _takes_url(provider: str) -> bool:
    """Whether Pydantic AI has a client for this provider that can be pointed elsewhere."""
    try:
        known = infer_provider_class(provider)
    except (ValueError, ImportError):
        return False
    return "base_url" in inspect.signature(known.__init__).parameters


def _chat(settings: Settings, model: Model) -> ChatServer | None:
    if settings.model_url is None or not isinstance(model, OpenAIChatModel):
        return None
    key = settings.model_key.get_secret_value() if settings.model_key else None
    field = "max_completion_tokens" if _is_openai(settings.model_url) else "max_tokens"
    return ChatServer(settings.model_url, model.model_name, key, limit_field=field)


def _is_openai(url: str) -> bool:
    """Only OpenAI itself insists on newer names of fields; others may not know them."""
    return urlsplit(url).hostname == "api.openai.com"


def _compatible(model: str, url: str, key: str | None) -> Model:
    """Any server with OpenAI's chat completions. The key in OPENAI_API_KEY is never sent to it."""
    profile = OpenAIModelProfile(
        # Without this, a connection that ends early but cleanly would pass for a whole answer.
        openai_chat_streaming_requires_finish_reason=True,
        openai_chat_supports_max_completion_tokens=_is_openai(url),
    )
    provider = OpenAICompatibleProvider("compatible", base_url=url, api_key=key)
    return OpenAIChatModel(model, provider=provider, profile=profile)
