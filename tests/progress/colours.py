"""How colours look to readers who see fewer of them, and how far apart two are then."""

from io import BytesIO

from PIL import Image

# Viénot, Brettel and Mollon (1999), on linear light: no red cones, no green cones.
SEEN = {
    "protanopia": ((0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1)),
    "deuteranopia": ((0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1)),
    "grey": ((0.2126, 0.7152, 0.0722),) * 3,
}


def _linear(colour):
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def _lab(linear):
    """CIE L*a*b* under daylight, where a difference of 2 is just seen side by side."""
    r, g, b = linear
    whole = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    )
    x, y, z = (max(0, part) ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in whole)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(one, other, seen):
    """How far apart two colours are for such a reader."""
    labs = [
        _lab([sum(m * part for m, part in zip(row, _linear(colour), strict=True)) for row in SEEN[seen]])
        for colour in (one, other)
    ]
    return sum((a - b) ** 2 for a, b in zip(*labs, strict=True)) ** 0.5


def colours(drawn):
    """The colours that occur in a picture."""
    image = Image.open(BytesIO(drawn)).convert("RGB")
    return {f"#{r:02x}{g:02x}{b:02x}" for _, (r, g, b) in image.getcolors(1 << 22)}
