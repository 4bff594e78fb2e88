"""A rehearsed course keeps the course's promises, and says what a policy comes to."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.errors import CourseError
from bot.simulation import figures, report
from bot.simulation.course import Options, cast, check, shortened, simulate
from tests.town import COURSE

SHORT = Options(students=8, weeks=2)
PROMISED = {
    "posts_doubled", "posts_missing", "share_covered_on_time", "self_reviews", "load_spread_max", "repeat_pairs",
    "two_way_pairs",
}  # fmt: skip


async def test_everything_is_said_once_and_all_work_is_covered_and_accepted():
    found = await simulate(replace(SHORT, absent=0, silent=0, late=0), COURSE)
    assert (found.posts_doubled, found.posts_missing, found.self_reviews, found.load_spread_max) == (
        0,
        0,
        0,
        0,
    )
    assert found.submissions == found.accepted == 16
    assert found.late == found.expired == 0
    assert found.share_covered_on_time == 1.0
    assert found.reviews_sent - found.reviews_by_mentors >= 2 * found.submissions - found.declined
    assert found.points >= found.reviews_sent
    assert found.answers >= found.points


async def test_the_same_seed_is_the_same_course_and_another_seed_another():
    first, again, other = [await simulate(replace(SHORT, seed=seed), COURSE) for seed in (4, 4, 5)]
    assert first == again
    assert first != other


async def test_silent_people_review_nothing_and_mentors_cover_for_them():
    found = await simulate(Options(students=6, weeks=1, absent=0, late=0, silent=100), COURSE)
    assert found.reviews_sent == found.reviews_by_mentors == found.submissions == 6
    assert found.expired + found.declined == found.reviews_asked
    assert found.queue_longest == 6


async def test_without_peers_and_mentors_the_figures_say_that_nothing_was_covered():
    found = await simulate(Options(students=1, weeks=1, absent=0, mentors=0), COURSE)
    assert (found.submissions, found.accepted, found.share_covered_on_time) == (1, 0, 0.0)
    assert found.queue_p50_hours is None


async def test_who_is_absent_hands_nothing_in():
    found = await simulate(Options(students=3, weeks=1, absent=100), COURSE)
    assert (found.submissions, found.reviews_asked, found.share_covered_on_time) == (0, 0, None)
    assert (found.posts_doubled, found.posts_missing) == (0, 0)


def test_as_many_people_are_silent_as_were_asked_for():
    people = cast(Options(students=30, silent=10, mentors=2))
    assert sum(person.reviews == 0 for person in people) == 3
    assert sum(person.is_mentor for person in people) == 2


def test_a_course_is_shortened_with_the_capstones_that_are_due_by_then():
    assert [item.key for item in shortened(COURSE, 2).deliverables] == ["w01", "w02"]
    assert [item.key for item in shortened(COURSE, 8).deliverables][-3:] == ["c1.1", "c1.2", "c1.3"]
    assert shortened(COURSE, None) is COURSE


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"students": 0}, "needs 1 to 2,000 students"),
        ({"weeks": 25}, "has 24 weeks"),
        ({"weeks": 0}, "has 24 weeks"),
        ({"absent": 101}, "--absent is per cent"),
        ({"late": -1}, "--late is per cent"),
        ({"mentors": -1}, "mentors"),
    ],
)
def test_what_cannot_be_rehearsed_is_one_plain_sentence(change, words):
    with pytest.raises(CourseError, match=words):
        check(replace(Options(), **change), COURSE)


def test_a_post_that_was_said_twice_or_never_is_counted():
    said = figures.Counter({("kickoff", "w01"): 2, ("retro", "w01"): 1})
    assert figures.doubled(said) == 1
    assert figures.missing(said, {("kickoff", "w01"), ("retro", "w01"), ("digest", "w01")}) == 1


def test_the_command_prints_lines_for_a_lead_and_keys_for_a_program():
    runner = CliRunner()
    few = ["simulate", "--students", "3", "--weeks", "1", "--absent", "0", "--silent", "0", "--seed", "2"]
    told = runner.invoke(main, few).output
    assert told.startswith("Students 3, weeks 1, mentors 2, seed 2; absent in a week 0%")
    assert "The promise" in told
    assert "posts never said" in told
    found = json.loads(runner.invoke(main, [*few, "--json"]).output)
    assert found.keys() >= PROMISED
    assert found["seed"] == 2


def test_a_bad_option_ends_the_command_with_a_sentence_and_no_traceback():
    done = CliRunner().invoke(main, ["simulate", "--students", "0"])
    assert done.exit_code == 1
    assert done.output == "A rehearsal needs 1 to 2,000 students, not 0.\n"


async def test_the_report_names_every_figure_once():
    found = await simulate(Options(students=3, weeks=1), COURSE)
    told = "\n".join(report.lines(Options(students=3, weeks=1), found))
    assert told.count("\n  ") == len(asdict(found)) - len({"seed", "students", "weeks"})
