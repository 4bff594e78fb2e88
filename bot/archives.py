"""Several files in one, for a message or a download."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

EARLIEST = (1980, 1, 1)  # a zip knows no earlier day


def zipped(made_at: datetime, files: Mapping[str, str | bytes]) -> bytes:
    """A zip of these files by their names; equal files of an instant give equal bytes."""
    made = made_at.astimezone(UTC)
    stamp = max((made.year, made.month, made.day), EARLIEST)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (*stamp, made.hour, made.minute, made.second))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return packed.getvalue()
