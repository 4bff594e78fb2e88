"""Where a piece of work is, by value: one row of the table of states after another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.reviews.rules import Point, Review
from bot.revisions import rules
from bot.revisions.rules import Answer, Decision, Facts, Policy, Reasons
from bot.submissions.rules import Promise, Revision
from tests.town import COURSE

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PATIENCE, MENTORS = timedelta(hours=72), timedelta(days=7)
W01 = COURSE.deliverable("w01")
AUTHOR, ONE, OTHER, MENTOR = 1, 2, 3, 9


def revision(number=1, *, complete=True, at=NOW - 5 * DAY):
    kinds = [item.kind for item in W01.evidence] if complete else [W01.evidence[0].kind]
    return Revision(
        id=number, submission_id=1, member_id=AUTHOR, deliverable="w01", number=number, note="",
        links={kind: f"https://git.example.org/{kind}" for kind in kinds}, dead=frozenset(),
        deadline_at=NOW - 4 * DAY, late=False, submitted_at=at, updated_at=at, opened_at=None,
    )  # fmt: skip


def review(reviewer=ONE, *, sent=True, level=2, origin="deadline", point=True):
    return Review(
        id=reviewer, cohort_id=1, submission_id=1, deliverable="w01", author_id=AUTHOR, reviewer_id=reviewer,
        origin=origin, course_version_id=1, allocated_at=NOW - 4 * DAY, due_at=NOW - DAY, lease_until=None,
        opened_at=NOW - 2 * DAY, sent_at=NOW - 2 * DAY if sent else None, closed_at=None, closed_why=None,
        revision_id=1, read_at=None, rating=None, strength="It runs.",
        scores={item.key: level for item in W01.rubric.criteria},
        points=[Point(id=reviewer, kind="risk", severity="low", place="x", body="y")] if point else [],
    )  # fmt: skip


def answer(point_id=ONE, round_=1, *, verdict=None, sent_at=NOW - HOUR, checked_at=None):
    return Answer(
        point_id=point_id, round=round_, kind="explained", body="Because.", revision_number=None, sent_at=sent_at,
        verdict=verdict, remark="", checked_at=checked_at or (NOW - HOUR if verdict else None),
    )  # fmt: skip


BOTH = {ONE: [answer(ONE, verdict="settled")], OTHER: [answer(OTHER, verdict="settled")]}
OPEN_TWICE = [
    answer(ONE, 1, verdict="open", checked_at=NOW - 9 * DAY),
    answer(ONE, 2, verdict="open"),
]
FACTS = Facts(
    submission_id=1,
    cohort_id=1,
    author_id=AUTHOR,
    deliverable=W01,
    policy=Policy(accepted_by="peers", reviewers=2, patience=PATIENCE, mentors_patience=MENTORS),
    promise=Promise(offered_at=None, covered_by=NOW + DAY, mentor_at=NOW + HOUR, covered_at=NOW - 2 * DAY),
    paired=True,
    revision=revision(),
    reviews=[review(ONE), review(OTHER)],
    answers=BOTH,
    decisions=[],
    here=frozenset({AUTHOR, ONE, OTHER, MENTOR}),
)
UNCOVERED = replace(FACTS.promise, covered_at=None)
BY_MENTOR = replace(FACTS.policy, accepted_by="mentor")


def decided(kind, number=1):
    return Decision(kind=kind, mentor_id=MENTOR, revision_number=number, words="Why.", decided_at=NOW - HOUR)


CASES = {
    "nobody is asked yet": (
        {"paired": False, "reviews": [], "answers": {}, "promise": UNCOVERED},
        "handed in",
    ),
    "taken early, and one has come": (
        {"paired": False, "reviews": [review(ONE)], "answers": {}, "promise": UNCOVERED},
        "in review",
    ),
    "taken early, and both have come": ({"paired": False, "answers": {}}, "to answer"),
    "one of two has come": (
        {"reviews": [review(ONE), review(OTHER, sent=False)], "answers": {}, "promise": UNCOVERED},
        "in review",
    ),
    "none came by the hour for mentors": (
        {"reviews": [review(ONE, sent=False)], "answers": {}, "promise": replace(UNCOVERED, mentor_at=NOW)},
        "uncovered",
    ),
    "one came, and patience is over": (
        {
            "reviews": [review(ONE)],
            "answers": {},
            "promise": replace(UNCOVERED, mentor_at=NOW - DAY, covered_by=NOW - MENTORS),
        },
        "to answer",
    ),
    "a point without an answer": ({"answers": {ONE: BOTH[ONE]}}, "to answer"),
    "an answer that is only drafted": (
        {"answers": {**BOTH, OTHER: [answer(OTHER, sent_at=None)]}},
        "to answer",
    ),
    "an answer that is looked at": ({"answers": {**BOTH, OTHER: [answer(OTHER)]}}, "in re-check"),
    "an answer nobody looked at in time": (
        {"answers": {**BOTH, OTHER: [answer(OTHER, sent_at=NOW - MENTORS)]}},
        "settled",
    ),
    "an answer whose reviewer has left": (
        {"answers": {**BOTH, OTHER: [answer(OTHER)]}, "here": frozenset({AUTHOR, ONE})},
        "settled",
    ),
    "still open once": ({"answers": {**BOTH, ONE: OPEN_TWICE[:1]}}, "to answer"),
    "still open twice": ({"answers": {**BOTH, ONE: OPEN_TWICE}}, "disputed"),
    "still open twice, and mentors are silent": (
        {
            "answers": {
                **BOTH,
                ONE: [OPEN_TWICE[0], answer(ONE, 2, verdict="open", checked_at=NOW - MENTORS)],
            }
        },
        "settled",
    ),
    "a disputed capstone is signed off or not": (
        {"answers": {**BOTH, ONE: OPEN_TWICE}, "policy": BY_MENTOR},
        "sign-off",
    ),
    "settled without all evidence": ({"revision": revision(complete=False)}, "to complete"),
    "all is done": ({}, "settled"),
    "all is done for a capstone": ({"policy": BY_MENTOR}, "sign-off"),
    "a mentor asks for changes": ({"decisions": [decided("changes")]}, "changes asked"),
    "the changes are made": (
        {"decisions": [decided("changes")], "revision": revision(2, at=NOW - HOUR)},
        "sign-off",
    ),
    "the changes are made, and the mentor is silent": (
        {"decisions": [decided("changes")], "revision": revision(2, at=NOW - MENTORS)},
        "settled",
    ),
    "the changes of a capstone are made, and the mentor is silent": (
        {"decisions": [decided("changes")], "revision": revision(2, at=NOW - MENTORS), "policy": BY_MENTOR},
        "sign-off",
    ),
    "accepted": ({"decisions": [decided("accepted")]}, "accepted"),
    "accepted, and handed in once more": (
        {"decisions": [decided("accepted")], "revision": revision(2)},
        "accepted",
    ),
    "accepted, then a mentor thought again": (
        {"decisions": [decided("accepted"), decided("changes")]},
        "changes asked",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_facts_put_work_in_its_state(case):
    changes, expected = CASES[case]
    assert rules.state(replace(FACTS, **changes), NOW) == expected


def test_the_table_of_cases_reaches_every_state():
    assert {expected for _, expected in CASES.values()} == set(rules.State.__args__)


@pytest.mark.parametrize("case", CASES)
def test_a_state_that_time_can_change_says_when(case):
    changes, _ = CASES[case]
    facts = replace(FACTS, **changes)
    before = rules.state(facts, NOW)
    wakes_at = rules.wakes_at(facts, NOW)
    until = wakes_at or NOW + 100 * DAY
    assert rules.state(facts, until - timedelta(seconds=1)) == before


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("one of two has come", Reasons()),
        ("none came by the hour for mentors", Reasons(uncovered=True)),
        ("still open twice", Reasons(disagreement=True)),
        ("all is done for a capstone", Reasons(signoff=True)),
        ("the changes are made", Reasons(signoff=True)),
        ("a mentor asks for changes", Reasons()),
        ("accepted", Reasons()),
    ],
)
def test_work_waits_for_a_mentor_for_its_reasons(case, expected):
    changes, _ = CASES[case]
    assert rules.reasons(replace(FACTS, **changes), NOW, at_risk=False) == expected


def test_missing_evidence_and_risk_raise_work_but_never_bring_it_there():
    facts = replace(FACTS, revision=revision(complete=False))
    assert not rules.reasons(facts, NOW, at_risk=True).calls
    signed = rules.reasons(
        replace(facts, policy=BY_MENTOR, decisions=[decided("changes", 0)]), NOW, at_risk=True
    )
    assert signed == Reasons(signoff=True, evidence=True, at_risk=True)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((2, 2, 2), (3, 3, 3), False),
        ((1, 2, 2), (3, 2, 2), False),
        ((1, 1, 2), (3, 3, 2), True),
        ((1, 2, 2), (4, 2, 2), True),
        ((1,), (3,), True),
        ((), (), False),
    ],
)
def test_reviewers_disagree_on_two_criteria_or_widely_on_one(one, other, expected):
    given = [
        replace(review(who), scores={str(key): level for key, level in enumerate(levels)})
        for who, levels in ((ONE, one), (OTHER, other))
    ]
    assert rules.disagree(given) == expected


def test_reviewers_disagree_until_a_mentor_has_reviewed_or_decided():
    apart = [review(ONE, level=1), review(OTHER, level=3)]
    assert not rules.disagree([review(ONE, level=1), review(OTHER, level=2)])
    assert rules.disagree(apart)
    assert not rules.disagree([*apart, review(MENTOR, level=2, origin="mentor")])
    assert rules.reasons(replace(FACTS, reviews=apart, answers={}), NOW, at_risk=False).disagreement
    decision = [decided("changes", 1)]
    assert not rules.reasons(replace(FACTS, reviews=apart, decisions=decision), NOW, at_risk=False).calls


def point_states(**changes):
    return [state for _, _, state in rules.points(replace(FACTS, **changes), NOW)]


def test_a_point_that_was_not_settled_when_its_work_was_accepted_was_left_as_it_was():
    accepted = {"decisions": [decided("accepted")]}
    assert point_states(**accepted) == ["settled", "settled"]
    assert point_states(answers={}, **accepted) == ["left", "left"], "nobody ever answered"
    assert point_states(answers={ONE: OPEN_TWICE, OTHER: OPEN_TWICE[:1]}, **accepted) == ["left", "left"]
    waiting = {ONE: [answer(ONE)], OTHER: [answer(OTHER, sent_at=None)]}
    assert point_states(answers=waiting) == ["answered", "to answer"]
    assert point_states(answers=waiting, **accepted) == ["settled", "left"], "nobody contradicted the answer"
    again = {"decisions": [decided("accepted"), decided("changes")]}
    assert point_states(answers=waiting, **again) == ["answered", "to answer"], "a mentor thought again"


def test_the_work_of_somebody_who_left_waits_for_nobody():
    gone = replace(FACTS, policy=BY_MENTOR, here=frozenset({ONE, OTHER}))
    assert not rules.reasons(gone, NOW, at_risk=False).calls
