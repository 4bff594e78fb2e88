"""Whether a capstone is ready: the weeks it rests on, its own evidence, its own reviews."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.revisions.readiness import assess
from tests.revisions.test_rules import NOW, review, revision
from tests.town import COURSE

CAPSTONE = COURSE.deliverable("c1.1")
WEEKS = CAPSTONE.rests_on
REVIEWS = [replace(review(number), sent_at=NOW) for number in (1, 2, 3)]


def handed_in(key, *, whole=True):
    evidence = COURSE.deliverable(key).evidence
    kinds = [item.kind for item in (evidence if whole else evidence[:1])]
    return replace(
        revision(), deliverable=key, links={kind: f"https://git.example.org/{kind}" for kind in kinds}
    )


ALL = {key: handed_in(key) for key in (*WEEKS, "c1.1")}


def assessed(work=ALL, accepted=WEEKS, reviews=REVIEWS):
    return assess(COURSE, CAPSTONE, work=work, accepted=frozenset(accepted), reviews=reviews)


def test_a_capstone_on_whole_and_accepted_weeks_is_ready():
    found = assessed()
    assert found.is_ready
    assert (found.rests_on, list(found.missing), found.reviews, found.wanted) == (len(WEEKS), [], 3, 3)


def test_a_week_that_is_not_handed_in_is_a_gap_and_lacks_nothing_else():
    found = assessed({key: work for key, work in ALL.items() if key != WEEKS[0]}, WEEKS[1:])
    (gap,) = found.missing
    assert (gap.deliverable.key, gap.handed_in, gap.accepted, list(gap.evidence)) == (
        WEEKS[0],
        False,
        False,
        [],
    )
    assert not found.is_ready


def test_a_week_that_is_not_accepted_is_a_gap():
    (gap,) = assessed(accepted=WEEKS[:-1]).missing
    assert (gap.deliverable.key, gap.handed_in, gap.accepted) == (WEEKS[-1], True, False)


def test_an_accepted_week_without_its_evidence_is_a_gap_that_names_it():
    required = COURSE.deliverable(WEEKS[0]).evidence
    (gap,) = assessed({**ALL, WEEKS[0]: handed_in(WEEKS[0], whole=False)}).missing
    assert gap.accepted
    assert list(gap.evidence) == [item.label for item in required[1:] if item.required]


@pytest.mark.parametrize("dead", [True, False])
def test_a_dead_link_is_no_evidence(dead):
    kind = CAPSTONE.required[0]
    own = replace(ALL["c1.1"], dead=frozenset({kind} if dead else ()))
    assert assessed({**ALL, "c1.1": own}).is_ready is not dead


def test_a_capstone_that_is_not_handed_in_is_not_ready():
    found = assessed({key: work for key, work in ALL.items() if key != "c1.1"}, reviews=[])
    assert (found.handed_in, found.covered, list(found.evidence)) == (False, False, [])


def test_a_mentor_s_review_stands_for_the_missing_ones():
    assert not assessed(reviews=REVIEWS[:2]).is_ready
    assert assessed(reviews=[replace(REVIEWS[0], origin="mentor")]).is_ready
