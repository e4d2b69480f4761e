"""Which client serves which provider, and what is known of the model before it is asked."""

import pytest

from techtree.tutor.author import TutorError
from techtree.tutor.model.connect import UNKNOWN_WINDOW, connect
from tests.tutor.conftest import settings_of

URL = "http://models.test/v1"


@pytest.mark.parametrize(
    ("model", "client"),
    [
        ("openai:gpt-5-mini", "OpenAIResponsesModel"),
        ("anthropic:claude-sonnet-4-5", "AnthropicModel"),
        ("google:gemini-2.5-flash", "GoogleModel"),
    ],
)
def test_a_known_provider_has_its_own_client_and_window(model: str, client: str) -> None:
    connection = connect(settings_of(model=model, model_key="key-of-Ada"), model)
    assert type(connection.model).__name__ == client
    assert connection.window > UNKNOWN_WINDOW


@pytest.mark.parametrize(
    ("model", "name"),
    [("openai:org/llama:8b", "org/llama:8b"), ("vllm:qwen", "qwen"), ("anything:at-all", "at-all")],
)
def test_any_other_server_is_spoken_to_in_chat_completions(model: str, name: str) -> None:
    connection = connect(settings_of(model=model, model_url=URL), model)
    assert type(connection.model).__name__ == "OpenAIChatModel"
    assert connection.server == (f"{URL}/", name)
    assert connection.window == UNKNOWN_WINDOW


@pytest.mark.parametrize("model", ["nobody:gpt", "ollama:qwen3", "openai:gpt-5-mini"])
def test_what_cannot_be_connected_names_the_settings(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OLLAMA_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(TutorError) as caught:
        connect(settings_of(model=model), model)
    assert caught.value.retry is False
    assert f"TECHTREE_MODEL={model}" in caught.value.detail
