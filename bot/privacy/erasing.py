"""Forgetting a person, and forgetting a cohort's people: what is done to each table, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.cohorts import enrolment
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Member
from bot.cohorts.service import running
from bot.database import Tx, micros
from bot.portfolio import leaves
from bot.privacy import rules, store
from bot.privacy.rules import ERASED, FORMER

Steps = Mapping[str, Sequence[str]]

_OF_WORK = "submission_id IN (SELECT id FROM submission WHERE member_id = :id)"
_REVISION_OF = (
    "revision_id IN (SELECT r.id FROM revision r JOIN submission s ON s.id = r.submission_id WHERE "
)
_DRAFT = "review_id IN (SELECT id FROM review WHERE reviewer_id = :id AND sent_at IS NULL)"
_POINT_OF = "point_id IN (SELECT p.id FROM point p JOIN review r ON r.id = p.review_id WHERE "
_ENTRIES = "DELETE FROM portfolio_entry WHERE portfolio_id IN (SELECT id FROM portfolio WHERE "
_AHEAD = "state IN ('draft', 'waiting', 'scheduled')"
_BY_THEM = "EXISTS (SELECT 1 FROM announcement a WHERE a.author_id = :id AND occurrence.key LIKE 'a' || a.id || '.%')"

# What is done to each table when a person asks to be forgotten; an empty line is a decision too. What others received
# from them stays with those: sent reviews, verdicts, decisions, answers to requests.
PERSON: Steps = {
    "absence": ("DELETE FROM absence WHERE member_id = :id",),
    "allowance": (
        "UPDATE allowance SET reason = '' WHERE member_id = :id",
    ),  # what is late and excused rests on it
    "announcement": (
        "DELETE FROM announcement_file WHERE announcement_id IN "  # noqa: S608 - made of constants
        "(SELECT id FROM announcement WHERE author_id = :id AND " + _AHEAD + ")",
        "UPDATE occurrence SET state = 'skipped', last_error = 'cancelled', settled_at = :now "  # noqa: S608 - made of constants
        "WHERE kind IN ('announcement', 'approval') AND state = 'due' AND " + _BY_THEM,
        "UPDATE announcement SET state = 'cancelled', replaces = NULL, body = :erased "  # noqa: S608 - made of constants
        "WHERE author_id = :id AND " + _AHEAD,
    ),
    "announcement_file": (),  # with its announcement
    "answer": (
        "DELETE FROM answer WHERE sent_at IS NULL AND " + _POINT_OF + "r.author_id = :id)",  # noqa: S608 - made of constants
        "UPDATE answer SET body = '' WHERE " + _POINT_OF + "r.author_id = :id)",  # noqa: S608 - made of constants
        "UPDATE answer SET verdict = NULL, remark = '' WHERE checked_at IS NULL AND "  # noqa: S608 - made of constants
        + _POINT_OF
        + "r.reviewer_id = :id)",
    ),
    "audit": (),  # line by line, in `_clear_audit`
    "cohort": (),
    "course_version": (),
    "decision": (),
    "enrollment": ("UPDATE enrollment SET state = 'withdrawn', by_role = 0 WHERE member_id = :id",),
    "evidence": (
        "UPDATE evidence SET url = :erased, commit_sha = NULL, committed_at = NULL WHERE "  # noqa: S608 - made of constants
        + _REVISION_OF
        + "s.member_id = :id)",
    ),
    "extension_request": (
        "UPDATE extension_request SET answer = 'withdrawn', answered_at = :now "
        "WHERE member_id = :id AND answered_at IS NULL",
        "UPDATE extension_request SET reason = '', words = '' WHERE member_id = :id",
    ),
    "forbidden_pair": ("DELETE FROM forbidden_pair WHERE one_id = :id OR other_id = :id",),
    "house": (),
    "member": (
        "UPDATE member SET user_id = NULL, name = :former, erased_at = :now WHERE id = :id AND user_id IS NOT NULL",
    ),
    "migration": (),
    "occurrence": (
        "UPDATE occurrence SET state = 'skipped', last_error = 'forgotten', settled_at = :now "
        "WHERE member_id = :id AND state = 'due'",
        "UPDATE occurrence SET channel_id = NULL, message_id = NULL WHERE member_id = :id",
    ),
    "pairing": (),
    "point": ("DELETE FROM point WHERE " + _DRAFT,),  # noqa: S608 - made of constants
    "portfolio": (
        _ENTRIES + "member_id = :id)",
        "DELETE FROM portfolio WHERE member_id = :id",
    ),
    "portfolio_entry": (),  # with its portfolio
    "problem": (),
    "queue_item": (
        "UPDATE queue_item SET mentor_id = NULL, claimed_at = NULL, until_at = NULL, renewals = 0 "
        "WHERE mentor_id = :id AND closed_at IS NULL",
    ),
    # What they let others quote is taken back before, and its authors are told.
    "quote": ("DELETE FROM quote WHERE review_id IN (SELECT id FROM review WHERE author_id = :id)",),
    "retro": ("DELETE FROM retro WHERE member_id = :id",),
    "review": (
        "UPDATE review SET strength = '' WHERE reviewer_id = :id AND sent_at IS NULL",
        "UPDATE review SET closed_words = '' WHERE reviewer_id = :id",
    ),
    "revision": ("UPDATE revision SET note = '' WHERE " + _OF_WORK,),  # noqa: S608 - made of constants
    "roster_upload": ("DELETE FROM roster_upload WHERE member_id = :id OR body LIKE '%' || :user_id || '%'",),
    "score": ("DELETE FROM score WHERE " + _DRAFT,),  # noqa: S608 - made of constants
    "self_score": ("DELETE FROM self_score WHERE " + _OF_WORK,),  # noqa: S608 - made of constants
    "server_event": (),
    "snippet": ("DELETE FROM snippet WHERE member_id = :id",),
    "submission": (),
    "visit": ("DELETE FROM visit WHERE member_id = :id",),
    "week_themes": (),  # words of several people, as a digest told them
}

_WORK_HERE = "submission_id IN (SELECT id FROM submission WHERE cohort_id = :cohort_id)"
_REVIEW_HERE = (
    "review_id IN (SELECT r.id FROM review r JOIN submission s ON s.id = r.submission_id "
    "WHERE s.cohort_id = :cohort_id)"
)
_ANSWER_HERE = _POINT_OF + "r." + _WORK_HERE + ")"

# What is done to each table when a finished cohort is forgotten: every word and link goes, figures stay.
COHORT: Steps = {
    "absence": ("DELETE FROM absence WHERE cohort_id = :cohort_id",),
    "allowance": ("UPDATE allowance SET reason = '' WHERE cohort_id = :cohort_id",),
    "announcement": (
        "DELETE FROM announcement_file WHERE announcement_id IN "
        "(SELECT id FROM announcement WHERE cohort_id = :cohort_id)",
        "UPDATE announcement SET body = :erased WHERE cohort_id = :cohort_id",
        "UPDATE announcement SET state = 'cancelled', replaces = NULL "  # noqa: S608 - made of constants
        "WHERE cohort_id = :cohort_id AND " + _AHEAD,
    ),
    "announcement_file": (),
    "answer": ("UPDATE answer SET body = '', remark = '' WHERE " + _ANSWER_HERE,),  # noqa: S608 - made of constants
    "audit": (),
    "cohort": ("UPDATE cohort SET forgotten_at = :now WHERE id = :cohort_id",),
    "course_version": (),
    "decision": ("UPDATE decision SET words = '' WHERE " + _WORK_HERE,),  # noqa: S608 - made of constants
    "enrollment": (),
    "evidence": (
        "UPDATE evidence SET url = :erased, commit_sha = NULL, committed_at = NULL WHERE "  # noqa: S608 - made of constants
        + _REVISION_OF
        + "s.cohort_id = :cohort_id)",
    ),
    "extension_request": (
        "UPDATE extension_request SET reason = '', words = '' WHERE cohort_id = :cohort_id",
    ),
    "forbidden_pair": ("DELETE FROM forbidden_pair WHERE cohort_id = :cohort_id",),
    "house": (),
    "member": (),  # those who are nowhere else, in `forget`
    "migration": (),
    "occurrence": (
        "UPDATE occurrence SET channel_id = NULL, message_id = NULL, last_error = NULL "
        "WHERE cohort_id = :cohort_id AND member_id IS NOT NULL",
    ),
    "pairing": (),
    "portfolio": (
        _ENTRIES + "cohort_id = :cohort_id)",
        "DELETE FROM portfolio WHERE cohort_id = :cohort_id",
    ),
    "portfolio_entry": (),
    "quote": ("DELETE FROM quote WHERE " + _REVIEW_HERE,),  # noqa: S608 - made of constants
    "point": ("UPDATE point SET place = :erased, body = :erased WHERE " + _REVIEW_HERE,),  # noqa: S608 - made of constants
    "problem": ("UPDATE problem SET detail = :erased WHERE cohort_id = :cohort_id",),
    "queue_item": (),
    "retro": ("DELETE FROM retro WHERE cohort_id = :cohort_id",),
    "review": ("UPDATE review SET strength = :erased, closed_words = '' WHERE " + _WORK_HERE,),  # noqa: S608 - made of constants
    "revision": ("UPDATE revision SET note = '' WHERE " + _WORK_HERE,),  # noqa: S608 - made of constants
    "roster_upload": ("DELETE FROM roster_upload WHERE cohort_id = :cohort_id",),
    "score": (),
    "self_score": (),
    "server_event": (),
    "snippet": (),  # with its member
    "submission": (),
    "visit": ("DELETE FROM visit WHERE cohort_id = :cohort_id",),
    "week_themes": ("DELETE FROM week_themes WHERE cohort_id = :cohort_id",),
}


def erase(tx: Tx, member: Member, now: datetime) -> None:
    """Make somebody a former member everywhere; the reviews that they still owe are given to others."""
    if member.user_id is None:
        return
    seen = store.cohorts_of(tx, member.id)
    active = [cohort_id for cohort_id in seen if cohorts.is_active(tx, cohort_id, member.id)]
    leaves.take_back(tx, member.id, now)
    _carry_out(tx, PERSON, id=member.id, user_id=str(member.user_id), now=micros(now))
    _clear_words(tx, member.id, member.user_id)
    _clear_audit(tx, member.id, member.user_id)
    for cohort_id in seen:
        cohorts.note(tx, cohort_id, "privacy.erased", now=now, actor_id=member.id, subject_id=member.id)
    for cohort_id in active:
        enrolment.owe_freed(tx, running(tx, cohort_id), "left", str(member.id), now)


def forget(tx: Tx, cohort_id: int, now: datetime) -> int:
    """Forget the people of a finished cohort; how many became former members, whom no other cohort knows."""
    _carry_out(tx, COHORT, cohort_id=cohort_id, now=micros(now))
    for line in store.audit_of(tx, cohort_id):
        store.set_detail(tx, line["id"], rules.plain(line["detail"]))
    leaving = store.only_in(tx, cohort_id)
    own = {table: PERSON[table] for table in ("snippet", "roster_upload", "member")}
    for member in leaving:
        _carry_out(tx, own, id=member.id, user_id=str(member.user_id), now=micros(now))
    cohorts.note(tx, cohort_id, "privacy.forgotten", now=now, count=len(leaving))
    return len(leaving)


def _carry_out(tx: Tx, steps: Steps, **params: object) -> None:
    for statements in steps.values():
        for statement in statements:
            tx.run(statement, **params, erased=ERASED, former=FORMER)


def _clear_words(tx: Tx, member_id: int, user_id: int) -> None:
    """Take the mentions of somebody out of what others wrote in their cohorts."""
    for place in store.WRITTEN:
        for words in store.words_with(tx, place, member_id, user_id):
            store.reword(tx, place, member_id, words, rules.without(words, user_id))


def _clear_audit(tx: Tx, member_id: int, user_id: int) -> None:
    """The lines by or about somebody keep what was done and when, in nobody's words; others lose their Discord id."""
    for cohort_id in store.cohorts_of(tx, member_id):
        for line in store.audit_of(tx, cohort_id):
            is_theirs = member_id in (line["actor_id"], line["subject_id"])
            is_theirs = is_theirs or rules.speaks_of(line["detail"], member_id)
            detail = rules.plain(line["detail"]) if is_theirs else rules.gone_from(line["detail"], user_id)
            if detail != line["detail"]:
                store.set_detail(tx, line["id"], detail)
