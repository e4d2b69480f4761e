"""Everything an operator can set, read once from the environment or `.env`, and validated."""

import hashlib
import secrets
import sys
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from techtree.private import keep

ROOT = Path(__file__).parent.parent


class Environment(StrEnum):
    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """One attribute for each `TECHTREE_…` variable."""

    model_config = SettingsConfigDict(
        env_prefix="TECHTREE_", env_file=ROOT / ".env", env_ignore_empty=True, extra="ignore"
    )

    env: Environment = Environment.DEVELOPMENT
    state: Path = ROOT / ".techtree"
    """The folder that holds the embedded servers' data and the development secret."""

    database_url: str | None = None
    """None means the embedded PostgreSQL server."""
    redis_url: str | None = None
    """None means the embedded Valkey server."""

    model: str = "library"
    model_url: str | None = None
    model_key: SecretStr | None = None
    fast_model: str | None = None

    secret: SecretStr | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    public_url: str | None = None
    drain: float = Field(default=20, ge=0, le=600)
    """Seconds over which a web server that is told to stop sends its open pages elsewhere, and
    that a worker gives its jobs to come to their end before it hands them to others."""

    streams_per_learner: int = Field(default=40, ge=1)
    streams_per_address: int = Field(default=200, ge=1)
    """Pages that one learner, and one address of the network, may have open on a web process. A
    school behind one address may need more."""
    generations_per_hour: int = Field(default=300, ge=1)
    """Texts, questions and verdicts that one learner may ask for."""
    guests_per_address: int = Field(default=100, ge=1)
    """Guests, and accounts, that one address of the network may make in an hour."""

    language: Literal["en", "ja"] = "en"
    """Of the interface, for everybody. What is taught has languages of its own."""

    budget_learner: Decimal | None = Field(default=None, ge=0)
    budget_site: Decimal | None = Field(default=None, ge=0)
    """US dollars that models may cost in a day (UTC), for one learner and for everybody together.
    None means as much as it takes."""

    smtp_url: SecretStr | None = None
    """Who takes mail, such as `smtps://name:password@mail.example.org?from=tutor@example.org`.
    Without it a password is reset with a link from the command line."""

    log: Literal["text", "json"] | None = None
    """The form of log lines. None means text for people, and JSON in production."""
    metrics_token: SecretStr | None = None
    """What a monitor must show to read /metrics, as `Authorization: Bearer …`. Without it nobody
    may in production, and everybody elsewhere."""

    @field_validator("state")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("database_url")
    @classmethod
    def _postgresql_only(cls, value: str | None) -> str | None:
        return _with_scheme(value, "postgresql", "postgres")

    @field_validator("redis_url")
    @classmethod
    def _redis_only(cls, value: str | None) -> str | None:
        return _with_scheme(value, "redis", "rediss", "unix")

    @field_validator("model_url", "public_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        value = _with_scheme(value, "http", "https")
        return value.rstrip("/") if value else value

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _with_scheme(value.get_secret_value(), "smtp", "smtps")
        return value

    @field_validator("model", "fast_model")
    @classmethod
    def _provider_and_model(cls, value: str | None) -> str | None:
        if value is None or value == "library":
            return value
        provider, _, name = value.partition(":")
        if not provider or not name:
            raise ValueError("must be `library` or `provider:model`, such as openai:gpt-5-mini")
        return value

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        """All that is wrong is said at once, so that it takes one attempt to put it right."""
        if problems := list(self._dangers()):
            raise ValueError("\ntechtree: ".join(problems))
        return self

    def _dangers(self) -> Iterator[str]:
        secret = self.secret.get_secret_value() if self.secret else None
        if secret is not None and len(secret) < 32:
            yield "TECHTREE_SECRET must have at least 32 characters"
        elif secret is not None and len(set(secret)) < 8:
            yield "TECHTREE_SECRET can be guessed; make one with `openssl rand -hex 32`"
        if self.env is not Environment.PRODUCTION:
            return
        if secret is None:
            yield "TECHTREE_SECRET is required when TECHTREE_ENV=production"
        outside = self.host not in ("127.0.0.1", "::1", "localhost")
        if outside and self.public_url is None:
            yield (
                "TECHTREE_PUBLIC_URL is required when TECHTREE_ENV=production and TECHTREE_HOST"
                " is reached from other machines: the https:// address that browsers use"
            )
        name = urlsplit(self.public_url or "").hostname
        if self.public_url and not self.https and name not in ("127.0.0.1", "::1", "localhost"):
            yield (
                "TECHTREE_PUBLIC_URL must start with https:// when TECHTREE_ENV=production:"
                " over http anybody on the way could take over a session"
            )

    @property
    def teaches_from_library(self) -> bool:
        return self.model == "library"

    @property
    def postgres_dsn(self) -> str:
        """Where PostgreSQL is reached, the embedded one if no other is set."""
        return self.database_url or embedded_dsn(self.state, "postgres")

    @property
    def redis_dsn(self) -> str:
        """Where Redis is reached, the embedded Valkey if no other is set."""
        return self.redis_url or embedded_dsn(self.state, "valkey")

    @property
    def smtp_needs_password(self) -> bool:
        return self.smtp_url is not None and bool(
            urlsplit(self.smtp_url.get_secret_value()).username
        )

    @property
    def logs_json(self) -> bool:
        return self.log == "json" or (self.log is None and self.env is Environment.PRODUCTION)

    @property
    def https(self) -> bool:
        """True when browsers reach us over https, so that cookies may insist on it."""
        return (self.public_url or "").startswith("https://")

    @property
    def local_host(self) -> str:
        """Where this machine itself reaches the web server: one that listens on all addresses is
        reached on the loopback."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104

    @property
    def address(self) -> str:
        """The address to print for people: the public one if there is one."""
        host = f"[{self.local_host}]" if ":" in self.local_host else self.local_host
        return self.public_url or f"http://{host}:{self.port}"


def embedded_dsn(state: Path, server: str) -> str:
    """The address that an embedded server was given when it was set up."""
    path = state / server / "dsn"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        sys.exit(f"techtree: the embedded {server} has not been set up; run `make run` first")
    except OSError as error:
        sys.exit(f"techtree: {path} can't be read ({error.strerror}); run as its owner")


def _with_scheme(value: str | None, *schemes: str) -> str | None:
    if value is not None and urlsplit(value).scheme not in schemes:
        raise ValueError(f"must start with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    return value


@cache
def get_settings() -> Settings:
    """The settings of this process. A wrong value ends it with one line that names the variable."""
    try:
        return Settings()
    except ValidationError as error:
        sys.exit("\n".join(f"techtree: {_one_line(problem)}" for problem in error.errors()))


def _one_line(problem: ErrorDetails) -> str:
    message = problem["msg"].removeprefix("Value error, ")
    if not problem["loc"]:
        return message
    return f"TECHTREE_{str(problem['loc'][0]).upper()} {message[0].lower()}{message[1:]}"


def session_secret(settings: Settings) -> bytes:
    """32 bytes that sign and encrypt sessions; outside production made once and kept."""
    if settings.secret is not None:
        secret = settings.secret.get_secret_value()
    else:
        secret = keep(settings.state / "secret", secrets.token_urlsafe)
    return hashlib.sha256(secret.encode()).digest()
