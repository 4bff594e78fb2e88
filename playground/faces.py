"""Pictures for the made-up people and the bot, drawn here so that nothing is fetched."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont
from simcord.backend.cdn import CDN_BASE

from .shim import FACE
from .world import Role, World

SIDE = 96
INK = (20, 22, 27)
COLOURS = {"student": (99, 199, 138), "mentor": (231, 176, 76), "lead": (229, 138, 169)}
HOUSE = [(24, 72), (24, 42), (48, 24), (72, 42), (72, 72), (56, 72), (56, 52), (40, 52), (40, 72)]
HOUSE_COLOUR = (91, 110, 225)

Assets = dict[str, tuple[str, bytes]]


def faces(world: World) -> Assets:
    """Every avatar's address with its picture."""
    pictures = {person.actor.id: _initial(person.name, person.role) for person in world.people.values()}
    pictures[world.env.backend.bot_user.id] = _house()
    return {_address(owner): (f"{FACE}.png", picture) for owner, picture in pictures.items()}


def _address(owner: int) -> str:
    return f"{CDN_BASE}/avatars/{owner}/{FACE}.png"


def _initial(name: str, role: Role) -> bytes:
    image = Image.new("RGB", (SIDE, SIDE), COLOURS[role])
    font = ImageFont.load_default(size=46)
    ImageDraw.Draw(image).text(
        (SIDE / 2, SIDE / 2), name.rsplit(maxsplit=1)[-1][0], INK, font=font, anchor="mm", stroke_width=1
    )
    return _png(image)


def _house() -> bytes:
    image = Image.new("RGB", (SIDE, SIDE), HOUSE_COLOUR)
    ImageDraw.Draw(image).polygon(HOUSE, fill="white")
    return _png(image)


def _png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
