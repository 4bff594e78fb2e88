"""Why work waits, what it lacks, who it is kept for, and what a mentor writes, all by value."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import CourseError
from bot.mentors import rules
from bot.revisions.risk import Reason
from bot.revisions.rules import Reasons
from tests.revisions.test_rules import (
    BOTH,
    DAY,
    FACTS,
    HOUR,
    MENTOR,
    NOW,
    ONE,
    OPEN_TWICE,
    OTHER,
    UNCOVERED,
    Decision,
    review,
    revision,
)
from tests.town import COURSE

TWO = [review(ONE), review(OTHER)]


def why(facts, risks=(), **reasons):
    return rules.why(Reasons(**reasons), facts, risks, NOW)


def changes(mentor=MENTOR, kind="changes"):
    return Decision(kind=kind, mentor_id=mentor, revision_number=1, words="Mend it.", decided_at=NOW - DAY)


def test_a_sign_off_is_named_by_its_track():
    assert why(FACTS, signoff=True) == ["sign-off"]
    capstone = replace(FACTS, deliverable=COURSE.deliverable("c1.1"))
    assert why(capstone, signoff=True) == ["capstone sign-off"]
    back = replace(capstone, decisions=[changes()])
    assert why(back, signoff=True) == ["capstone sign-off", "the changes that a mentor asked for are made"]


def test_weekly_work_that_came_back_says_whose_changes_are_made():
    back = replace(FACTS, decisions=[changes()])
    found = rules.why(Reasons(signoff=True), back, (), NOW, asked_by="Mentor Moss")
    assert found == ["the changes that Mentor Moss asked for are made"]


@pytest.mark.parametrize(
    ("reviews", "words"),
    [
        ([], "no review came and no classmate is free"),
        ([review(ONE)], "1 of 2 reviews came and no classmate is free"),
        ([review(ONE), review(OTHER, sent=False)], "1 of 2 reviews came and the rest is late"),
        ([replace(review(ONE, sent=False), closed_at=NOW)], "no review came and no classmate is free"),
    ],
)
def test_uncovered_work_says_how_many_came_and_whether_more_will(reviews, words):
    assert why(replace(FACTS, reviews=reviews), uncovered=True) == [words]


def test_disagreement_names_each_criterion_and_by_how_much():
    first, second, *_ = COURSE.deliverable("w01").rubric.criteria
    low = replace(review(ONE), scores={first.key: 1, second.key: 2})
    high = replace(review(OTHER), scores={first.key: 3, second.key: 3})
    assert why(replace(FACTS, reviews=[low, high]), disagreement=True) == [
        f"reviewers differ by 2 levels on {first.title}"
    ]


def test_a_point_that_stays_open_is_named_too():
    facts = replace(FACTS, reviews=[review(ONE)], answers={ONE: OPEN_TWICE})
    assert why(facts, disagreement=True) == ["a point is still open after two answers"]


def test_missing_evidence_is_counted_and_why_its_author_is_at_risk_comes_last():
    count = len(COURSE.deliverable("w01").required) - 1
    missed = Reason(words="has missed 2 of the last 3 weeks", since=NOW)
    found = why(replace(FACTS, revision=revision(complete=False)), [missed], evidence=True, at_risk=True)
    assert found == [f"{count} piece{'s' if count > 1 else ''} of evidence missing", missed.words]


def test_nothing_lacks_where_all_is_settled_and_complete():
    covered = replace(FACTS, promise=replace(FACTS.promise, covered_at=NOW), reviews=TWO, answers=BOTH)
    assert rules.lacking(covered, [], NOW) == []


def test_everything_that_lacks_is_named():
    facts = replace(
        FACTS, promise=UNCOVERED, reviews=[review(ONE)], answers={}, revision=revision(complete=False)
    )
    found = rules.lacking(facts, ["Week 5: not accepted"], NOW)
    assert found[:2] == ["1 of 2 reviews have come", "1 point is not settled"]
    assert found[2].startswith("evidence is missing: ")
    assert found[3] == "Week 5: not accepted"


def test_what_came_back_is_kept_a_day_for_who_asked_and_only_then():
    assert rules.kept_for(changes(), NOW, NOW + DAY - HOUR) == (MENTOR, NOW + DAY)
    assert rules.kept_for(changes(), NOW, NOW + DAY) is None
    assert rules.kept_for(None, NOW, NOW) is None
    assert rules.kept_for(changes(kind="accepted"), NOW, NOW) is None
    assert rules.kept_for(changes(mentor=None), NOW, NOW) is None


def test_a_revision_shows_the_links_that_are_not_those_of_the_one_before():
    first, second, *_ = COURSE.deliverable("w01").evidence
    one = replace(revision(1), links={first.kind: "a"})
    two = replace(one, number=2, links={first.kind: "a", second.kind: "b"})
    three = replace(two, number=3, links={second.kind: "b"})
    work = COURSE.deliverable("w01")
    assert rules.changed_links(work, one, None)[:2] == [(first.label, "a"), (second.label, None)]
    assert len(rules.changed_links(work, one, None)) == len(work.evidence)
    assert rules.changed_links(work, two, one) == [(second.label, "b")]
    assert rules.changed_links(work, three, two) == [(first.label, None)]
    assert rules.changed_links(work, three, three) == []


@given(st.integers(0, 500), st.integers(0, 40))
def test_fair_shares_together_cover_all_and_none_is_a_piece_too_much(dealt, mentors):
    share = rules.fair_share(dealt, mentors)
    assert share * max(1, mentors) >= dealt
    assert (share - 1) * max(1, mentors) < dealt or dealt == share == 0


def test_fewer_than_three_are_too_few_to_say():
    assert rules.turn([HOUR, HOUR], []).waiting is None
    found = rules.turn([HOUR, 2 * HOUR, 3 * HOUR], [HOUR])
    assert (found.dealt, found.waiting.median, found.working) == (3, 2 * HOUR, None)


@pytest.mark.parametrize(
    ("reason", "kept"), [("0123456789", "0123456789"), ("  It runs live. ", "It runs live.")]
)
def test_a_reason_has_ten_characters(reason, kept):
    assert rules.parse_reason(reason) == kept


@pytest.mark.parametrize("reason", ["", "012345678", " " * 30, "x" * 1501])
def test_a_reason_that_says_nothing_or_too_much_is_refused(reason):
    with pytest.raises(CourseError):
        rules.parse_reason(reason)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Moss", "Moss"), ("**Moss** <@123>", "Moss 123"), ("Jo_ann `x`", "Jo ann x"), ("***", "a member")],
)
def test_a_name_in_a_sentence_is_only_text(name, shown):
    assert rules.plain(name) == shown
