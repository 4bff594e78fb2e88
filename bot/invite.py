"""The link that invites the bot to a server, and why it asks for each permission."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from bot import permissions

PLACEHOLDER = "YOUR_ID"


def link(application_id: int | None) -> str:
    """The address that asks whoever opens it on which server the bot should be."""
    return (
        f"https://discord.com/oauth2/authorize?client_id={application_id or PLACEHOLDER}"
        f"&scope=bot+applications.commands&permissions={permissions.value()}"
    )


def id_in(token: str) -> int | None:
    """The id that the first part of a token says; None if it says none."""
    part = token.partition(".")[0]
    try:
        said = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return int(said) if said.isdigit() else None


def lines(application_id: int | None) -> Iterator[str]:
    """The link, and each permission: its name, why, and how things go on without it."""
    yield link(application_id)
    if application_id is None:
        yield (
            f"Put your application's id in the place of {PLACEHOLDER}: it is on the General Information page in "
            "Discord's developer portal. Or use --id, or set HOMEROOM_TOKEN."
        )
    yield ""
    for permission in permissions.PERMISSIONS:
        left_out = f"can be left out: {permission.without}" if permission.without else "needed"
        yield f"{permission.shown}: {permission.why} ({left_out})"
