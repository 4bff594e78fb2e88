"""What a teacher gets back: the course, or one report with everything that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.curriculum import Curriculum, CurriculumErrors, Mistake, json_schema, load, read

ROOT = Path(__file__).parents[2]

PLANTED = [
    ("  level: Beginner\n", "  levle: Beginner\n"),
    ("nudge: sat 10:00", "nudge: sun 20:00"),
    ("    reviewers: 2\n", "    reviewers: two\n"),
    ("key: clarity", "key: correctness"),
    ("verbs: [Analyze, Evaluate, Design, Justify]", "verbs: [Analyze, Evaluate]"),
    ("ways to approach {title}", "ways to approach {titel}"),
    ("    title: A Service That Answers\n", f"    title: {'A Service That Answers ' * 6}\n"),
    ("    stage: first-steps\n    summary: A", "    stage: first-step\n    summary: A"),
    ("rubric: judgement", "rubric: judgment"),
    ("required: false", "required: seldom"),
    ("number: 3\n", "number: 2\n"),
    ("        - kind: measurements\n          label", "        - label"),
    ("    url: https://www.rfc-editor.org/rfc/rfc9110", "    url: rfc 9110"),
    ("complementary:\n  - title: Databases", "complementary:\n  - title: *databases"),
]


def test_every_mistake_is_reported_at_once_in_the_order_of_the_file(small_text: str):
    for right, wrong in PLANTED:
        assert right in small_text
        small_text = small_text.replace(right, wrong, 1)
    with pytest.raises(CurriculumErrors) as refused:
        read(small_text)
    assert [(mistake.line, mistake.column, mistake.message) for mistake in refused.value.mistakes] == [
        (5, 3, "unknown key 'levle'; did you mean 'level'?"),
        (
            14,
            10,
            "in a week that begins mon 09:00, the nudge (sun 20:00) must come before the deadline (sun 18:00)",
        ),
        (22, 16, "'two' is not a whole number"),
        (35, 14, "criterion correctness appears twice (first at line 31)"),
        (50, 12, "has 2 items, 4 are needed"),
        (57, 5, "{titel} cannot be filled in; did you mean 'title'?"),
        (76, 12, "is 137 characters, at most 100"),
        (77, 12, "there is no stage 'first-step'; did you mean 'first-steps'?"),
        (97, 15, "there is no rubric 'judgment'; did you mean 'judgement'?"),
        (103, 21, "'seldom' is not true or false"),
        (104, 13, "week 2 appears twice (first at line 89)"),
        (114, 11, "required key 'kind' is missing"),
        (142, 10, "'rfc 9110' is not a web address that begins with https://"),
        (145, 12, "aliases such as *databases are not read; write the value out"),
    ]


def test_the_report_shows_the_line_and_points_at_the_mistake(small_text: str):
    with pytest.raises(CurriculumErrors) as refused:
        read(small_text.replace("number: 3\n", "number: 2\n"))
    assert str(refused.value) == (
        "curriculum.yaml:104:13: week 2 appears twice (first at line 89)\n"
        "   104 |   - number: 2\n"
        "       |             ^"
    )


def test_mistakes_at_one_place_share_its_snippet():
    with pytest.raises(CurriculumErrors) as refused:
        read("course: {title: T, school: S, level: L, study_time: T}\n", "c.yaml")
    first, second, *_ = str(refused.value).splitlines()
    assert first == "c.yaml:1:1: required key 'outcomes' is missing"
    assert second == "c.yaml:1:1: required key 'practices' is missing"
    assert str(refused.value).count("c.yaml:1:9: required key") == 2
    assert str(refused.value).count("^") == 2


def test_a_long_line_is_shown_around_its_mistake(small_text: str):
    with pytest.raises(CurriculumErrors) as refused:
        read(small_text.replace("title: Memory", f"title: Memory {'of a process ' * 20}: and after"))
    _, snippet, caret = str(refused.value).splitlines()
    assert len(snippet) <= 110
    assert snippet[caret.index("^")] == ":"


@pytest.mark.parametrize(
    "text", ["", "\n\n", "# only a comment\n", "---\n", "null\n", "- a list\n", "just text"]
)
def test_a_file_without_a_course_is_refused_at_its_beginning(text: str):
    with pytest.raises(CurriculumErrors) as refused:
        read(text)
    (mistake,) = refused.value.mistakes
    assert mistake.line <= 2
    assert "course" in mistake.message or "keys with values" in mistake.message


def test_a_file_that_is_not_there_is_one_plain_sentence(tmp_path: Path):
    with pytest.raises(CurriculumErrors) as refused:
        load(tmp_path / "none.yaml")
    assert str(refused.value) == f"There is no course file at {tmp_path / 'none.yaml'}; check the path."
    assert refused.value.mistakes == ()


def test_a_folder_in_place_of_the_file_is_one_plain_sentence(tmp_path: Path):
    with pytest.raises(CurriculumErrors, match=r"^The course file .* cannot be read: is a directory\.$"):
        load(tmp_path)


@pytest.mark.parametrize(("encoding", "line", "column"), [("latin-1", 90, 13), ("utf-16", 1, 1)])
def test_a_file_in_another_encoding_is_refused(
    tmp_path: Path, small_text: str, encoding: str, line: int, column: int
):
    path = tmp_path / "course.yaml"
    path.write_bytes(small_text.replace("Memory", "Mémoire").encode(encoding))
    with pytest.raises(CurriculumErrors) as refused:
        load(path)
    assert refused.value.mistakes == (Mistake(line, column, "is not UTF-8; save the file as UTF-8"),)


def test_a_file_from_windows_is_read(tmp_path: Path, small_text: str, small_course: Curriculum):
    path = tmp_path / "course.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + small_text.replace("\n", "\r\n").encode())
    assert load(path) == small_course


def test_a_cohort_gets_back_the_very_course_it_began_with(small_course: Curriculum):
    assert small_course.deliverables  # looked at before it is kept
    assert Curriculum.model_validate_json(small_course.model_dump_json()) == small_course


def test_the_schema_for_editors_is_current():
    message = "write it anew: python -m bot schema > curriculum.schema.json"
    assert (ROOT / "curriculum.schema.json").read_text(encoding="utf-8") == json_schema(), message


def test_the_shipped_course_writes_the_whole_policy_out_and_changes_none_of_it():
    text = (ROOT / "curriculum.yaml").read_text(encoding="utf-8")
    written = read(text).review
    head, tail = text.index("  pull:"), text.index("# What reviewers score")
    assert read(text[:head] + text[tail:]).review == written
    for part in (written, written.weekly, written.capstone, written.pull, written.ladder, written.mentors):
        left_out = {"days"} if part is written.weekly else set()
        assert type(part).model_fields.keys() - part.model_fields_set == left_out


def test_the_shipped_course_is_whole():
    course = load(ROOT / "curriculum.yaml")
    assert [week.number for week in course.weeks] == list(range(1, 25))
    assert [len(capstone.deliverables) for capstone in course.capstones] == [3, 3, 3]
    assert len(course.deliverables) == 33
    assert {len(course.outcomes_of(week)) for week in course.weeks} == {8}
    resting = [len(item.rests_on) for item in course.deliverables if item.track == "capstone"]
    assert all(2 <= weeks <= 5 for weeks in resting)
    assert not any(item.blind for item in course.deliverables)
    assert Curriculum.model_validate_json(course.model_dump_json()) == course
