"""Everything that is held about one person, part by part, as they may read it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from bot.cohorts.rules import Member
from bot.database import Row, Tx, instant, maybe_instant
from bot.privacy import published, reviewed, rules, store
from bot.privacy.rules import Held, Part
from bot.privacy.sources import Entry, Sources, grouped


def held(tx: Tx, member: Member, user_id: int, now: datetime) -> Held:
    """All that is held about a member."""
    sources = Sources(tx=tx, member=member)
    parts = [
        Part(key=key, title=title, why=why, entries=list(gather(sources)))
        for key, title, why, gather in SECTIONS
    ]
    return Held(name=member.name, user_id=user_id, made_at=now, parts=parts)


def _places(sources: Sources) -> Iterable[Entry]:
    made = {row["id"] for row in sources.rows("cohort")}
    places: dict[int, list[Row]] = defaultdict(list)
    for row in sources.rows("enrollment"):
        places[row["cohort_id"]].append(row)
    for cohort_id in sorted({*made, *places}):
        cohort = sources.cohort(cohort_id)
        yield {
            "cohort": cohort.name,
            "timezone": cohort.timezone,
            "starts_on": cohort.starts_on.isoformat(),
            "state": cohort.state,
            "made_by_you": cohort_id in made,
            "places": [
                {"role": row["role"], "state": row["state"], "since": instant(row["enrolled_at"])}
                for row in places[cohort_id]
            ],
        }


def _submissions(sources: Sources) -> Iterable[Entry]:
    links = grouped(store.evidence(sources.tx, sources.member.id), "revision_id")
    revisions = grouped(store.revisions(sources.tx, sources.member.id), "submission_id")
    decisions = grouped(store.decisions_about(sources.tx, sources.member.id), "submission_id")
    waits = grouped(store.waits(sources.tx, sources.member.id), "submission_id")
    for row in sources.rows("submission"):
        yield {
            **sources.about(row),
            "handed_in_at": instant(row["created_at"]),
            "reviews_promised_by": maybe_instant(row["covered_by"]),
            "reviews_complete_at": maybe_instant(row["covered_at"]),
            "revisions": [_revision(item, links[item["id"]]) for item in revisions[row["id"]]],
            "decisions": [
                {
                    "decision": item["kind"],
                    "words": item["words"],
                    "by": sources.name(item["mentor_id"]) or "the course's policy",
                    "at": instant(item["decided_at"]),
                }
                for item in decisions[row["id"]]
            ],
            "waited_for_a_mentor": [
                {"since": instant(item["since"]), "until": maybe_instant(item["closed_at"])}
                for item in waits[row["id"]]
            ],
        }


def _revision(row: Row, links: Sequence[Row]) -> Entry:
    return {
        "number": row["number"],
        "note": row["note"],
        "links": [_link(link) for link in links],
        "deadline": instant(row["deadline_at"]),
        "late": bool(row["late"]),
        "handed_in_at": instant(row["submitted_at"]),
        "changed_at": instant(row["updated_at"]),
        "first_opened_at": maybe_instant(row["opened_at"]),
    }


def _link(row: Row) -> Entry:
    return {
        "kind": row["kind"],
        "url": row["url"],
        "state": row["state"],
        "looked_at": maybe_instant(row["checked_at"]),
        "commit": row["commit_sha"],
        "committed_at": maybe_instant(row["committed_at"]),
    }


def _retros(sources: Sources) -> Iterable[Entry]:
    for row in sources.rows("retro"):
        words = {name: row[name] for name in ("week", "retain", "improve", "scale")}
        yield {
            **sources.about(row),
            **words,
            "became": row["became"],
            "became_at": maybe_instant(row["became_at"]),
            "written_at": instant(row["written_at"]),
            "changed_at": instant(row["updated_at"]),
        }


def _absences(sources: Sources) -> Iterable[Entry]:
    for row in sources.rows("absence"):
        span = {"from": instant(row["from_at"]), "until": instant(row["until_at"])}
        yield {**sources.about(row), **span, "reason": row["reason"], "told_at": instant(row["told_at"])}


def _requests(sources: Sources) -> Iterable[Entry]:
    for row in sources.rows("extension_request"):
        yield {
            **sources.about(row),
            "asked_by": sources.name(row["member_id"]),
            "days": row["days"],
            "reason": row["reason"],
            "asked_at": instant(row["asked_at"]),
            "answer": row["answer"],
            "words": row["words"],
            "answered_by": sources.name(row["answered_by"]),
            "answered_at": maybe_instant(row["answered_at"]),
        }


def _allowances(sources: Sources) -> Iterable[Entry]:
    for row in sources.rows("allowance"):
        yield {
            **sources.about(row),
            "for": sources.name(row["member_id"]),
            "until": maybe_instant(row["until_at"]),
            "excused_at": maybe_instant(row["excused_at"]),
            "reason": row["reason"],
            "by": sources.name(row["granted_by"]),
            "at": instant(row["granted_at"]),
        }


def _kept_apart(sources: Sources) -> Iterable[Entry]:
    """That there is somebody, and neither who nor why: that tells about the other."""
    pairs = [row["cohort_id"] for row in sources.rows("forbidden_pair")]
    for cohort_id in sorted(set(pairs)):
        yield {"cohort": sources.cohort(cohort_id).name, "people": pairs.count(cohort_id)}


def _snippets(sources: Sources) -> Iterable[Entry]:
    return [{"title": row["title"], "words": row["body"]} for row in sources.rows("snippet")]


def _announcements(sources: Sources) -> Iterable[Entry]:
    files = grouped(store.files(sources.tx, sources.member.id), "announcement_id")
    for row in sources.rows("announcement"):
        yield {
            **sources.about(row),
            "by": sources.name(row["author_id"]),
            "text": row["body"],
            "next": f"{row['day']} {row['at']}",
            "repeat": row["repeat"],
            "mention": row["mention"],
            "state": row["state"],
            "approved_by": sources.name(row["approved_by"]),
            "files": [item["name"] for item in files[row["id"]]],
            "made_at": instant(row["made_at"]),
        }


def _uploads(sources: Sources) -> Iterable[Entry]:
    for row in sources.rows("roster_upload"):
        yield {**sources.about(row), "made_at": instant(row["made_at"]), "roster": row["body"]}


def _claims(sources: Sources) -> Iterable[Entry]:
    for row in sources.rows("queue_item"):
        work = sources.works[row["submission_id"]]
        yield {
            **sources.about(work),
            "author": sources.name(work["member_id"]),
            "waited_since": instant(row["since"]),
            "claimed_at": maybe_instant(row["claimed_at"]),
            "held_until": maybe_instant(row["until_at"]),
            "outcome": row["outcome"],
            "closed_at": maybe_instant(row["closed_at"]),
        }


def _decisions(sources: Sources) -> Iterable[Entry]:
    for row in sources.rows("decision"):
        work = sources.works[row["submission_id"]]
        yield {
            **sources.about(work),
            "author": sources.name(work["member_id"]),
            "decision": row["kind"],
            "words": row["words"],
            "at": instant(row["decided_at"]),
        }


def _letters(sources: Sources) -> Iterable[Entry]:
    for row in sources.rows("occurrence"):
        yield {
            **sources.about(row),
            "kind": row["kind"],
            "week": row["week"],
            "due_at": instant(row["due_at"]),
            "state": row["state"],
            "settled_at": maybe_instant(row["settled_at"]),
            "message_id": None if row["message_id"] is None else str(row["message_id"]),
        }


def _audit(sources: Sources) -> Iterable[Entry]:
    for row in sources.rows("audit"):
        is_own = row["actor_id"] == sources.member.id
        if not is_own and row["action"].startswith("pairs."):
            continue  # beside the hour at which a review was given on, it would tell who is kept apart
        yield {
            **sources.about(row),
            "at": instant(row["at"]),
            "action": row["action"],
            "by": sources.name(row["actor_id"]) or "the bot",
            "about": sources.name(row["subject_id"]),
            "detail": json.loads(row["detail"] if is_own else rules.plain(row["detail"])),
        }


SECTIONS: Sequence[tuple[str, str, str, Callable[[Sources], Iterable[Entry]]]] = (
    ("cohorts", "Your cohorts", "So that I know what is yours and what you may do.", _places),
    ("submissions", "What you handed in", "It is what the course is about.", _submissions),
    ("reviews_received", "Reviews that you received", "They are your feedback.", reviewed.received),
    ("reviews_given", "Reviews asked of you", "Their authors learn from those you gave.", reviewed.given),
    (
        "own_scores",
        "How you scored your own work",
        "So that you can compare it with others' scores.",
        published.own_scores,
    ),
    ("portfolios", "Your portfolios", "You chose to show this.", published.portfolios),
    ("quotes", "Words of reviews to quote", "Nobody is quoted without their leave.", published.quotes),
    ("retros", "Your retros", "Each begins with what you meant to improve.", _retros),
    ("absences", "When you were away", "So that nobody asked you for reviews meanwhile.", _absences),
    ("extension_requests", "Requests for more time", "Those that you made or answered.", _requests),
    ("allowances", "More time, and work left out", "What you were allowed, or allowed others.", _allowances),
    ("kept_apart", "People you never review", "Who and why is told to leads only.", _kept_apart),
    ("snippets", "Your own words to use again", "You kept them for your mentoring.", _snippets),
    ("announcements", "Announcements", "Those that you made or approved.", _announcements),
    ("roster_uploads", "Roster files that you uploaded", "They wait for you to confirm them.", _uploads),
    ("queue_claims", "Work that you held as a mentor", "So that two mentors do not do the same.", _claims),
    ("decisions_made", "What you decided as a mentor", "Their authors rely on it.", _decisions),
    ("letters", "What I wrote you, or owe you", "So that I say everything once.", _letters),
    ("visits", "Your visits to the pages", "A link works once, and a session ends.", published.visits),
    ("audit", "The audit log by or about you", "So that what staff do can be looked up.", _audit),
)
