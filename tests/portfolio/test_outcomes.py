"""What shows that outcomes were reached, and what a portfolio says about the course as a whole: by value."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.curriculum import Practice
from bot.portfolio import outcomes, outline
from bot.portfolio.outcomes import Done
from bot.portfolio.rules import Quote
from bot.progress.trends import PointsOfWeek, PointTrend
from tests.portfolio import shelf
from tests.portfolio.shelf import entry, proof, week
from tests.town import COURSE

YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("done", "says"),
    [
        (Done(), None),
        (Done(reviews=1), None),
        (Done(reviews=1, own=True), "own scores"),
        (Done(reviews=2), "2 reviews"),
        (Done(reviews=1, by_mentor=True), "a mentor's review"),
        (Done(reviews=3, by_mentor=True), "3 reviews"),
    ],
)
def test_progress_is_tracked_by_enough_scores_or_by_ones_own(done, says):
    assert outcomes.tracked(done) == says


def test_a_retro_is_shown_where_one_was_written():
    assert (outcomes.looked_back(Done(retro=True)), outcomes.looked_back(Done())) == ("written", None)


@pytest.mark.parametrize(
    ("done", "says"),
    [
        (Done(), None),
        (Done(settled=1), "1 point settled"),
        (Done(settled=3), "3 points settled"),
        (Done(settled=3, revision=2), "revision 2"),
    ],
)
def test_feedback_was_used_where_work_was_revised_or_points_are_settled(done, says):
    assert outcomes.revised(done) == says


def test_what_has_a_place_in_the_portfolio_is_published():
    assert (outcomes.shown(Done(published=True)), outcomes.shown(Done())) == ("here", None)


def test_a_week_has_its_outcomes_and_a_sign_of_each_practice():
    row = outcomes.week_proof(COURSE, COURSE.week(9), Done(reviews=2, retro=True))
    assert (row.stage.key, len(row.outcomes)) == ("scale", 8)
    assert row.outcomes[0].startswith("Evaluate a system by the principles of Authentication")
    assert row.practices == {"track": "2 reviews", "retro": "written", "revise": None, "publish": None}


def test_a_practice_of_another_course_is_for_people_to_judge():
    pairing = Practice(key="pairing", title="Pair", sentence="Work in pairs.")
    course = COURSE.model_copy(update={"practices": (pairing,)})
    row = outcomes.week_proof(course, course.week(1), Done(reviews=2, retro=True, published=True))
    assert row.practices == {"pairing": None}
    assert "pairing" not in outcomes.SIGNS


def test_the_best_come_first_then_capstones_then_all_other_work():
    best = [entry("w06", place=2), entry("c1.1", place=1)]
    found = outline.sections([*best, entry("c2.1"), entry("w09"), entry("w01")])
    assert [(part.title, [item.deliverable.key for item in part.entries]) for part in found] == [
        ("Best work", ["c1.1", "w06"]),
        ("More from the capstones", ["c2.1"]),
        ("All other work", ["w09", "w01"]),
    ]
    assert [part.is_short for part in found] == [False, False, True]


def test_what_nobody_chose_is_not_called_the_best():
    found = outline.sections([entry("w04"), entry("w03"), entry("w02"), entry("w01")])
    assert [(part.title, len(part.entries)) for part in found] == [
        ("Selected work", 3),
        ("All other work", 1),
    ]
    assert outline.sections([]) == []
    chosen = outline.sections([entry("w02", place=1), entry("c1.1")])
    assert [part.title for part in chosen] == ["Best work", "Capstones"]


def test_the_line_of_facts_counts_what_is_accepted_and_signed_off():
    assert outline.facts(shelf.whole()) == (
        "33 of 33 deliverables accepted, 3 of 3 capstones signed off by mentors, 48 reviews given to classmates"
    )
    over = replace(shelf.RUNNING, cohort=replace(shelf.COHORT, state="finished"))
    assert outline.facts(shelf.dossier(entry("w01"), weeks=2, running=over)) == (
        "2 of 33 deliverables accepted, 0 of 3 capstones signed off by mentors, 4 reviews given to classmates"
    )
    no_capstones = replace(shelf.RUNNING, course=COURSE.model_copy(update={"capstones": ()}))
    alone = shelf.dossier(
        entry("w01"), weeks=0, running=no_capstones, asked=24, made_at=shelf.whole().made_at
    )
    assert outline.facts(alone) == "0 of 24 deliverables accepted"
    assert outline.span(alone) == "2 March 2026 to 16 August 2026"


def test_while_the_course_runs_facts_are_of_what_is_so_far():
    assert outline.facts(shelf.third_week()) == (
        "2 deliverables accepted so far, in week 3 of 24, 4 reviews given to classmates; the course runs until "
        "16 August 2026"
    )
    assert "1 of 1 capstone due so far signed off" in outline.facts(shelf.dossier(entry("w01"), weeks=9))
    assert "0 of 1 capstone due so far signed off" in outline.facts(
        shelf.dossier(entry("w01"), weeks=9, signed_off=0)
    )
    assert "1 of 1 capstone due so far" in outline.facts(shelf.dossier(entry("w01"), weeks=2, signed_off=1))


def test_the_table_of_outcomes_has_the_weeks_so_far_and_says_how_many_are_to_come():
    early = shelf.third_week()
    assert [row.week.number for row in outline.reached(early)] == [1, 2, 3]
    assert [stage.key for stage in outline.stages(early)] == [COURSE.stages[0].key]
    assert outline.to_come(early) == "21 more weeks of the course are to come."
    assert outline.to_come(shelf.dossier(entry("w01"), weeks=22)) == "1 more week of the course is to come."
    done = shelf.whole()
    assert (len(outline.reached(done)), outline.stages(done), outline.to_come(done)) == (
        24,
        list(COURSE.stages),
        "",
    )


def test_work_says_who_accepted_it_when_and_in_which_revision():
    assert outline.accepted(entry("w01"), YORK) == "Accepted after peer review on 11 March 2026"
    capstone = entry("c1.1", revision=3)
    assert outline.accepted(capstone, YORK) == "Accepted by a mentor on 29 April 2026, revision 3"


@pytest.mark.parametrize(
    ("changes", "says", "brief"),
    [
        ({}, "", "✓"),
        ({"state": "reachable"}, "opened", "✓"),
        ({"state": "dead"}, "did not open on 2 May 2026", "not open"),
        ({"state": "private"}, "private or gone on 2 May 2026", "private"),
        (
            {
                "state": "reachable",
                "commit": "1a2b3c4d5e6f",
                "committed_at": datetime(2026, 4, 1, tzinfo=UTC),
            },
            "opened on 2 May 2026, commit 1a2b3c4 of 31 March 2026",
            "1a2b3c4",
        ),
        ({"commit": "1a2b3c4d5e6f"}, "commit 1a2b3c4", "1a2b3c4"),
    ],
)
def test_a_link_says_what_was_found_behind_it_and_nothing_where_nobody_looked(changes, says, brief):
    checked = datetime(2026, 5, 2, 12, tzinfo=UTC) if "2 May" in says else None
    found = proof("w01", "code", "Repository", checked_at=checked, **changes)
    assert (outline.state(found, YORK), outline.brief(found)) == (says, brief)


def test_a_quote_names_only_who_let_themselves_be_named():
    def whose(by: str | None, *, mentor: bool) -> str:
        return outline.whose(Quote(review_id=1, words="Good.", by=by, is_mentor=mentor))

    assert [whose(None, mentor=False), whose(None, mentor=True)] == ["A classmate", "A mentor"]
    assert [whose("Birch", mentor=False), whose("Moss", mentor=True)] == ["Birch, classmate", "Moss, mentor"]


def test_a_stages_scores_rest_on_sound_weeks_and_say_when_they_are_too_few():
    card = shelf.dossier(weeks=0).card
    weeks = [week(1, 0.5), week(2, 0.1, 1), week(3, 0.7), week(4), week(9, 0.9), week(10, 0.2, 1)]
    first, second = outline.scores(shelf.dossier(weeks=0, card=replace(card, weeks=tuple(weeks))))
    assert (first.mean, first.low, first.high) == (pytest.approx(0.6), 0.5, 0.7)
    assert (first.first, first.last, first.works, first.reviews) == (1, 8, 3, 5)
    assert outline.rests_on(first) == "3 weeks, 5 reviews"
    assert (second.mean, second.low, second.high, second.works) == (None, None, None, 2)


def test_a_mentors_review_alone_makes_a_score_sound():
    card = shelf.dossier(weeks=0).card
    weeks = [week(1, 0.5), replace(week(2, 0.7, 1), by_mentor=True)]
    (row,) = outline.scores(shelf.dossier(weeks=0, card=replace(card, weeks=tuple(weeks))))
    assert row.mean == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("scores", "says"),
    [
        ([], "There are too few reviews to say how the scores go."),
        ([0.5], "There are too few reviews to say how the scores go."),
        (
            [0.5, 0.5],
            "Lately reviewers gave 50% of the top level, with too few reviews before to say which way they go.",
        ),
        ([0.3, 0.3, 0.6, 0.6], "Lately reviewers gave 50% of the top level, and rising."),
        ([0.6, 0.6, 0.6, 0.6], "Lately reviewers gave 60% of the top level, and steady."),
        ([0.8, 0.8, 0.5, 0.5], "Lately reviewers gave 60% of the top level, and lower than before."),
    ],
)
def test_the_trend_is_one_sentence(scores, says):
    card = shelf.dossier(weeks=0).card
    weeks = tuple(week(number, score) for number, score in enumerate(scores, 1))
    assert outline.trend(replace(card, weeks=weeks)) == says


def test_what_reviewers_found_is_told_with_what_became_of_it():
    assert outline.found(PointTrend(weeks=(), repeated=())) == ""
    weeks = [
        PointsOfWeek(week=1, opened={"defect": 2, "risk": 1}, resolved={"defect": 2}),
        PointsOfWeek(week=2, opened={"risk": 1}, resolved={"risk": 1}),
    ]
    assert outline.found(PointTrend(weeks=weeks, repeated=())) == (
        "Reviewers raised 4 defects and risks; settled by now: 3."
    )
    as_it_was = [replace(weeks[0], left=1), weeks[1]]
    assert outline.found(PointTrend(weeks=as_it_was, repeated=())) == (
        "Reviewers raised 4 defects and risks; settled by now: 3; left as they were when the work was accepted: 1."
    )


def test_a_stage_says_its_kinds_of_evidence_and_its_outcomes_once():
    first = COURSE.stages[0]
    assert outline.kinds(COURSE, first)[:2] == ["code", "measurements"]
    assert outline.kinds(COURSE, first) == sorted(
        outline.kinds(COURSE, first),
        key=lambda kind: -sum(item.kind == kind for w in COURSE.weeks[:8] for item in w.deliverable.evidence),
    )
    assert [sentence.split()[0] for sentence in outline.outcomes(COURSE, first)] == list(first.verbs)


def test_how_to_read_it_follows_the_courses_policy():
    said = " ".join(outline.reading(shelf.whole()))
    assert "is reviewed by 2 classmates" in said
    assert "once every point they raise is settled, or left as it is after two answers" in said
    assert "Capstone work is reviewed by 3 classmates; a mentor then decides" in said
    assert "Capstone" not in " ".join(outline.reading(shelf.third_week())), "there is none on the page"
    assert "Made on 19 August 2026 by Homeroom" in said
