"""The versions of the course file that cohorts run with."""

from __future__ import annotations

import hashlib
from datetime import datetime

from bot.curriculum import Curriculum
from bot.database import Tx, micros

# By digest: a version never changes, and reading 24 weeks anew for each command would be felt. A course has few.
_known: dict[str, Curriculum] = {}


def keep(tx: Tx, course: Curriculum, now: datetime) -> int:
    """Store this version of the course, once, and return its id."""
    body = course.model_dump_json()
    digest = hashlib.sha256(body.encode()).hexdigest()
    tx.run(
        "INSERT INTO course_version (digest, body, created_at) VALUES (:digest, :body, :now) "
        "ON CONFLICT DO NOTHING",
        digest=digest,
        body=body,
        now=micros(now),
    )
    row = tx.one("SELECT id FROM course_version WHERE digest = :digest", digest=digest)
    assert row is not None  # noqa: S101 - it was inserted two lines above
    return int(row["id"])


def version(tx: Tx, version_id: int) -> Curriculum:
    """The course as it was in this version."""
    row = tx.one("SELECT digest FROM course_version WHERE id = :id", id=version_id)
    if row is None:
        raise LookupError(f"course version {version_id} is not stored")
    if row["digest"] not in _known:
        body = tx.one("SELECT body FROM course_version WHERE id = :id", id=version_id)
        assert body is not None  # noqa: S101 - its digest was read above
        _known[row["digest"]] = Curriculum.model_validate_json(body["body"])
    return _known[row["digest"]]
