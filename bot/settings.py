"""What the process is told by its environment; a value that is missing or wrong names itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from yarl import URL

DISCORD_API = "https://discord.com/api/v10"


class SettingsError(Exception):
    """A setting is missing or cannot be used; the text says which, and what to write."""


class Settings(BaseSettings):
    """Every setting is an environment variable that begins with HOMEROOM_, or a line of a `.env` file."""

    model_config = SettingsConfigDict(
        env_prefix="HOMEROOM_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    token: SecretStr | None = None
    token_file: Path | None = None
    database_url: str = "sqlite:///homeroom.db"
    curriculum: Path = Path("curriculum.yaml")
    discord_api: str = DISCORD_API
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Field()] = "info"
    log_format: Literal["console", "json"] = "console"

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("discord_api")
    @classmethod
    def _api(cls, value: str) -> str:
        """A base address; one without a path gets the API's own, so that a proxy's host is enough."""
        url = URL(value.rstrip("/"))
        if url.scheme not in {"http", "https"} or not url.host:
            raise ValueError("is not an http or https address")
        return str(url.with_path("/api/v10")) if url.path in {"", "/"} else str(url)

    def discord_token(self) -> str:
        """The bot's token, from the environment or from a file; SettingsError if there is none."""
        if self.token is not None:
            return self.token.get_secret_value().strip()
        if self.token_file is None:
            raise SettingsError(
                "HOMEROOM_TOKEN is not set. Copy the token from your application's Bot page in Discord's developer "
                "portal, or name a file that holds it in HOMEROOM_TOKEN_FILE."
            )
        try:
            token = self.token_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            token = ""
        if not token:
            raise SettingsError(
                f"HOMEROOM_TOKEN_FILE names {self.token_file}, which is empty or cannot be read. "
                "Put the token, and nothing else, into it."
            )
        return token


def load() -> Settings:
    """The settings of this process."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = f"HOMEROOM_{str(first['loc'][0]).upper()}"
        raise SettingsError(f"{name} {_said(first['msg'])}.") from None


def _said(message: str) -> str:
    return message.removeprefix("Value error, ").replace("Input should be", "should be").rstrip(".")
