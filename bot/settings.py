"""What the process is told by its environment; a value that is missing or wrong names itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from yarl import URL

DISCORD_API = "https://discord.com/api/v10"


class SettingsError(Exception):
    """A setting is missing or cannot be used; the text says which, and what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesSettings:
    """Where the bot's pages listen, and the base address at which people reach them.

    `proxied`: a reverse proxy of ours stands before them and says who asks.
    """

    port: int
    host: str = "127.0.0.1"
    url: str
    proxied: bool = False


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
    check_links: bool = False
    github_token: SecretStr | None = None
    github_token_file: Path | None = None
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Field()] = "info"
    log_format: Literal["console", "json"] = "console"
    pages_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    pages_host: str = "127.0.0.1"
    pages_url: str | None = None
    pages_proxied: bool = False

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

    @field_validator("pages_url")
    @classmethod
    def _base(cls, value: str | None) -> str | None:
        """A base address, perhaps with a path; without the slash at its end."""
        if value is None:
            return None
        try:
            url = URL(value.rstrip("/"))
        except ValueError:
            url = URL()
        if url.scheme not in {"http", "https"} or not url.host:
            raise ValueError("is not an http or https address, such as https://pages.example.org")
        if url.query_string or url.fragment or url.user or url.password:
            raise ValueError(
                "is more than an address: leave out what follows ? or #, and names and passwords"
            )
        return str(url).rstrip("/")

    def pages(self) -> PagesSettings | None:
        """Where the pages are; None where they are off."""
        if self.pages_port is None:
            return None
        here = URL.build(scheme="http", host=self.pages_host, port=self.pages_port)
        return PagesSettings(
            port=self.pages_port,
            host=self.pages_host,
            url=self.pages_url or str(here).rstrip("/"),
            proxied=self.pages_proxied,
        )

    def discord_token(self) -> str:
        """The bot's token, from the environment or from a file; SettingsError if there is none."""
        if self.token is not None:
            return self.token.get_secret_value().strip()
        if self.token_file is None:
            raise SettingsError(
                "HOMEROOM_TOKEN is not set. Copy the token from your application's Bot page in Discord's developer "
                "portal, or name a file that holds it in HOMEROOM_TOKEN_FILE."
            )
        return _token_in(self.token_file, "HOMEROOM_TOKEN_FILE")

    def token_for_github(self) -> str | None:
        """What GitHub is asked for commits with, if it is; SettingsError if the file that should hold it does not."""
        if self.github_token is not None:
            return self.github_token.get_secret_value().strip()
        if self.github_token_file is None:
            return None
        return _token_in(self.github_token_file, "HOMEROOM_GITHUB_TOKEN_FILE")


def _token_in(file: Path, name: str) -> str:
    try:
        token = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        token = ""
    if not token:
        raise SettingsError(
            f"{name} names {file}, which is empty or cannot be read. Put the token, and nothing else, into it."
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
