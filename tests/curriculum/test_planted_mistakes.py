"""Each mistake a teacher can make, planted in a small course that is right, and what the report says of it."""

from __future__ import annotations

import pytest

from bot.curriculum import CurriculumErrors, read

KEY = "at most 30 small letters, digits and hyphens, a letter first"

# What stands in the file, what the teacher writes instead, and the whole complaint.
VALUES = [
    ("title: Memory", "titel: Memory", "90:5: unknown key 'titel'; did you mean 'title'?"),
    ("  level: Beginner\n", "", "3:3: required key 'level' is missing"),
    ("    title: Memory\n", "", "89:5: required key 'title' is missing"),
    ("  scale: What could others use?\n", "", "70:3: required key 'scale' is missing"),
    (
        "    days: 7\n",
        "    days: 7\n    until: fri\n",
        "26:5: unknown key 'until'; known are accepted_by, blind",
    ),
    (
        "    days: 7\n",
        "    days: 7\n  pull:\n    at_onse: 3\n",
        "27:5: unknown key 'at_onse'; did you mean 'at_once'?",
    ),
    (
        "    days: 7\n",
        "    days: 7\n  ladder: soon\n",
        "26:11: keys with values ('key: value') are needed here, not 'soon'",
    ),
    ("    days: 7\n", "    days: 7\n  ladder:\n    warn: 999\n", "27:11: 999 is too large, at most 168"),
    (
        "    days: 7\n",
        "    days: 7\n  mentors:\n    minutes: soon\n",
        "27:14: 'soon' is not a whole number",
    ),
    ("    days: 7\n", "    days: 7\n  least_words: 0\n", "26:16: 0 is too small, at least 1"),
    (
        "    days: 7\n",
        "    days: 7\n    accepted_by: peer\n",
        "26:18: 'peer' cannot stand here; did you mean 'peers'?",
    ),
    (
        "    days: 7\n",
        "    days: 7\n    accepted_by: [mentor]\n",
        "26:18: a list cannot stand here; known are peers, mentor",
    ),
    ("    days: 7\n", "    days: 7\n    blind: maybe\n", "26:12: 'maybe' is not true or false"),
    ("title: Memory\n", "title: Memory\n    blind: maybe\n", "91:12: 'maybe' is not true or false"),
    (
        "retro:\n",
        "risk:\n  missed: 4\nretro:\n",
        "70:11: `missed` (4) is more than the latest weeks that are looked at (`of`: 3)",
    ),
    (
        "retro:\n",
        "risk:\n  of: 1\nretro:\n",
        "70:7: `missed` (2) is more than the latest weeks that are looked at (`of`: 1)",
    ),
    ("retro:\n", "risk:\n  silence: 2 weeks\nretro:\n", "70:12: '2 weeks' is not a whole number"),
    (
        "rubric: judgement\n",
        "rubric: judgement\n      rests_on: 1\n",
        "98:17: a list (lines that begin with '- ') is needed here, not 1",
    ),
    (
        "rubric: judgement\n",
        "rubric: judgement\n      rests_on: [1, one]\n",
        "98:21: 'one' is not a whole number",
    ),
    (
        "rubric: judgement\n",
        "rubric: judgement\n      rests_on: [0]\n",
        "98:18: 0 is too small, at least 1",
    ),
    ("number: 2\n", "number: two\n", "89:13: 'two' is not a whole number"),
    ("number: 2\n", "number: 2.5\n", "89:13: 2.5 is not a whole number"),
    ("number: 2\n", "number: true\n", "89:13: true is not a whole number"),
    ("number: 2\n", "number: [2]\n", "89:13: a list is not a whole number"),
    ("reviewers: 3", "reviewers: 9", "24:16: 9 is too large, at most 5"),
    ("reviewers: 2", "reviewers: 0", "22:16: 0 is too small, at least 1"),
    ("required: false", "required: perhaps", "103:21: 'perhaps' is not true or false"),
    ("title: Memory", "title:", "90:11: is empty; some text is needed here"),
    ("title: Memory", "title: ''", "90:12: is empty; some text is needed here"),
    ("title: Memory", "title: 404", "90:12: text is needed here; put 404 in quotes if that is what you mean"),
    ("title: Memory", "title: {a: b}", "90:12: text is needed here, not a set of keys"),
    ("title: Memory", f"title: {'m' * 130}", "90:12: is 130 characters, at most 100"),
    (
        "summary: State outlives the process that wrote it.",
        f"summary: {'s' * 512}",
        "92:14: is 512 characters, at most 500",
    ),
    (
        "title: Memory",
        'title: "Me\\nmory"',
        "90:12: 'Me\\nmory' holds a line break; keep it to one paragraph (>- joins lines)",
    ),
    (
        "title: Memory",
        'title: "Me\\amory"',
        "90:12: 'Me\\x07mory' holds the control character '\\x07', which a post cannot show",
    ),
    ("title: Memory", 'title: "\\ud800"', "90:12: holds a character that cannot be shown"),
    ("key: track", "key: Track It", f"62:10: 'Track It' cannot be a key; {KEY}"),
    ("[Analyze, Evaluate, Design, Justify]", "[Analyze, Design]", "50:12: has 2 items, 4 are needed"),
    ("[Analyze, Evaluate,", "[Analyze, Evaluate, Try,", "50:12: has 5 items, at most 4"),
    (
        "levels: [Nobody could, The author could, A peer could]",
        "levels: [Anybody]",
        "38:17: has 1 item, at least 2",
    ),
    (
        "kickoff: mon 09:00",
        "kickoff: monday 9",
        "13:12: 'monday 9' is not a weekday and a time, such as 'mon 09:00'",
    ),
    (
        "digest: thu 09:00",
        "digest: 09:00",
        "18:11: '09:00' is not a weekday and a time, such as 'mon 09:00'",
    ),
    (
        "https://www.rfc-editor.org/rfc/rfc9110",
        "rfc9110",
        "143:10: 'rfc9110' is not a web address that begins with https://",
    ),
    (
        "roadmap:\n  - title: Answer\n    sentence: A service that keeps one promise.\n",
        "roadmap: soon\n",
        "136:10: a list (lines that begin with '- ') is needed here, not 'soon'",
    ),
    (
        "retro:\n  retain: What will you keep doing?\n  improve: What will you change?\n"
        "  scale: What could others use?\n",
        "retro: none\n",
        "69:8: keys with values ('key: value') are needed here, not 'none'",
    ),
]
ACROSS = [
    ("number: 3\n", "number: 2\n", "104:13: week 2 appears twice (first at line 89)"),
    ("number: 3\n", "number: 5\n", "104:13: weeks 3 to 4 are missing before week 5"),
    ("number: 3\n", "number: 4\n", "104:13: week 3 is missing before week 4"),
    ("key: clarity", "key: correctness", "35:14: criterion correctness appears twice (first at line 31)"),
    ("key: revise", "key: track", "65:10: practice track appears twice (first at line 62)"),
    ("kind: tests", "kind: code", "87:17: evidence code appears twice (first at line 85)"),
    (
        "rubric: judgement",
        "rubric: Judgment",
        "97:15: there is no rubric 'Judgment'; did you mean 'judgement'?",
    ),
    (
        "stage: first-steps\n    summary: State",
        "stage: start\n    summary: State",
        "91:12: there is no stage 'start'; known are first-steps, on-your-own",
    ),
    (
        "stage: on-your-own\n    summary: Everything",
        "stage: first-steps\n    summary: Everything",
        "120:12: stage 'on-your-own' has no weeks, so this capstone would never be due",
    ),
    (
        "stage: first-steps\n    summary: A service",
        "stage: on-your-own\n    summary: A service",
        "106:12: stage 'on-your-own' ended in week 1; keep the weeks of a stage together",
    ),
    (
        "nudge: sat 10:00",
        "nudge: sun 19:00",
        "14:10: in a week that begins mon 09:00, the nudge (sun 19:00) must come before the deadline (sun 18:00)",
    ),
    (
        "nudge: sat 10:00",
        "nudge: mon 09:00",
        "14:10: in a week that begins mon 09:00, the nudge (mon 09:00) must come before the deadline (sun 18:00)",
    ),
    (
        "label: Latency report (p50/p99)",
        "label: Latency report\n          required: false",
        "114:9: none of this evidence is required; work needs at least one proof",
    ),
    (
        "ways to approach {title}",
        "ways to approach {titel}",
        "57:5: {titel} cannot be filled in; did you mean 'title'?",
    ),
    (
        "ways to approach {title}",
        "ways to approach {}",
        "57:5: {} cannot be filled in; known are title, verb",
    ),
    (
        "ways to approach {title}",
        "ways to approach {title!r:>9}",
        "57:5: {title!r:>9} cannot be filled in; did you mean 'title'?",
    ),
    (
        "ways to approach {title}",
        "ways to approach {title",
        "57:5: has a lone brace; write {verb} and {title} for what is filled in, and {{ for a brace",
    ),
    (
        "{verb} two ways to approach {title}.",
        "{verb} {title}" + " and {title}" * 12,
        "57:5: is 355 characters in week 1, at most 230",
    ),
]
DEFENDED = "        brief: A recorded walk through the decisions.\n"  # of the capstone, due in week 3
STEPS = "    days: 7\n"  # where a ladder may follow
LADDERS = [
    (
        "    nudge: 10\n    warn: 12\n",
        "27:12: the nudge (10 hours before reviews are due) must come before the warning (12 hours before)",
    ),
    (
        "    nudge: 4\n",
        "27:12: the nudge (4 hours before reviews are due) must come before the warning "
        "(4 hours before, by default)",
    ),
    (
        "    warn: 30\n",
        "27:11: the nudge (24 hours before reviews are due, by default) must come before the warning "
        "(30 hours before)",
    ),
    (
        "    mentor: 1\n    expire: 1\n",
        "28:13: the offer to volunteers (1 hour after reviews are due) must come before the mentor queue "
        "(1 hour after)",
    ),
    (
        "    mentor: 6\n",
        "27:13: the offer to volunteers (6 hours after reviews are due, by default) must come before the "
        "mentor queue (6 hours after)",
    ),
    (
        "    expire: 20\n",
        "27:13: the offer to volunteers (20 hours after reviews are due) must come before the mentor queue "
        "(14 hours after, by default)",
    ),
    (
        "    covered: 13\n",
        "27:14: the mentor queue (14 hours after reviews are due, by default) must not come after the "
        "promised hour (13 hours after)",
    ),
    (
        "    mentor: 49\n",
        "27:13: the mentor queue (49 hours after reviews are due) must not come after the promised hour "
        "(48 hours after, by default)",
    ),
]
ACROSS += [(STEPS, f"{STEPS}  ladder:\n{wrong}", complaint) for wrong, complaint in LADDERS]
ACROSS += [
    (
        "rubric: judgement\n",
        f"rubric: judgement\n      rests_on: {wrong}\n",
        f"98:{complaint}",
    )
    for wrong, complaint in [
        ("[1, 1]", "21: week 1 is named twice"),
        ("[2]", "18: the work of week 2 cannot rest on itself; name earlier weeks"),
        ("[1, 3]", "21: week 3 comes after week 2, in which this work is due"),
        ("[7]", "18: there is no week 7 to rest on; the last is 3"),
    ]
]
ACROSS += [
    (DEFENDED, f"{DEFENDED}        rests_on: {wrong}\n", f"131:{complaint}")
    for wrong, complaint in [
        ("[3, 4]", "23: there is no week 4 to rest on; the last is 3"),
        ("[3, 2, 3]", "26: week 3 is named twice"),
    ]
]
SYNTAX = [
    (
        "    title: Memory",
        "    title: Memory\n    title: Mind",
        "91:5: key 'title' appears twice (first at line 90)",
    ),
    ("title: Memory", "title: *mind", "90:12: aliases such as *mind are not read; write the value out"),
    ("title: Memory", "title: !!set x", "90:12: tags (words that begin with '!') are not read; leave it out"),
    ("complementary:", "? [a]\n: b\ncomplementary:", "145:3: a key must be a plain word"),
    (
        "complementary:",
        "---\ncomplementary:",
        "145:1: a second document begins here; a course is one document, without '---'",
    ),
    ("  level: Beginner", "\tlevel: Beginner", "5:1: a tab; a course file is indented with spaces"),
    ("title: Memory", "title: @memory", "90:12: text that begins with @ must be in 'quotes'"),
    (
        "title: Memory",
        "title: Memory: of a process",
        "90:18: a ': ' where only text can stand; put the text in 'quotes', or correct this line's indentation",
    ),
    ("title: Memory", 'title: "a\\d"', "90:15: \\d means nothing in double quotes; use 'single quotes'"),
    ("title: Memory", 'title: "\\UFFFFFFFF"', "90:15: this is not YAML: a number here is too large"),
    ("title: Memory", "title: 'Memory", "90:12: a quoted text is opened here and never closed"),
    ("title: Memory", "title: [Memory", "91:10: a comma or a closing ] is missing before this"),
    (
        "title: Memory",
        "title Memory",
        "90:5: a key and a value ('key: value') should be here; the ': ' is missing",
    ),
    (
        "title: Memory",
        "title: 'Memory'x",
        "90:20: this does not fit what stands before it; look at the quotes and the indentation",
    ),
    ("title: Memory", "title: Mem\x07ory", "90:15: the character '\\x07' cannot be in a course file"),
]


@pytest.mark.parametrize(("right", "wrong", "complaint"), [*VALUES, *ACROSS, *SYNTAX])
def test_a_mistake_is_named_where_it_stands(small_text: str, right: str, wrong: str, complaint: str):
    assert right in small_text
    with pytest.raises(CurriculumErrors) as refused:
        read(small_text.replace(right, wrong, 1), "course.yaml")
    said = [f"{mistake.line}:{mistake.column}: {mistake.message}" for mistake in refused.value.mistakes]
    assert said == [complaint]
    assert str(refused.value).startswith(f"course.yaml:{complaint}\n")


def test_weeks_out_of_order_are_named(small_text: str):
    text = small_text.replace("number: 1\n", "number: 9\n", 1)
    text = text.replace("number: 2\n", "number: 1\n", 1).replace("number: 9\n", "number: 2\n", 1)
    with pytest.raises(CurriculumErrors, match="89:13: week 1 stands after week 2; put the weeks in order"):
        read(text)


def test_a_capstone_cannot_rest_on_a_week_after_the_one_it_is_due_in(small_text: str):
    head, capstones = small_text.split("capstones:")
    capstones = capstones.replace("stage: on-your-own", "stage: first-steps").replace(
        "rubric: craft\n", "rubric: craft\n        rests_on: [2, 3]\n"
    )
    with pytest.raises(CurriculumErrors, match="week 3 comes after week 2, in which this work is due"):
        read(f"{head}capstones:{capstones}")


def test_a_ladder_in_order_is_taken_as_it_is_written(small_text: str):
    ladder = "  ladder:\n    expire: 0\n    mentor: 1\n    covered: 1\n"
    course = read(small_text.replace(STEPS, STEPS + ladder))
    assert (course.review.ladder.mentor, course.review.ladder.nudge) == (1, 24)


def test_one_misnumbered_week_does_not_make_others_rest_on_nothing(small_text: str):
    text = small_text.replace("number: 1\n", "number: one\n", 1).replace(
        "rubric: judgement\n", "rubric: judgement\n      rests_on: [1]\n", 1
    )
    with pytest.raises(CurriculumErrors) as refused:
        read(text)
    assert [mistake.message for mistake in refused.value.mistakes] == ["'one' is not a whole number"]


def test_capstones_rubrics_and_stages_given_twice_are_named(small_text: str):
    rubrics = "  - {key: craft, title: C, criteria: [{key: a, title: A, question: Why, levels: [No, Yes]}]}\n"
    capstone = small_text[small_text.index("  - number: 1\n    title: One") : small_text.index("roadmap:")]
    text = small_text.replace(
        "stages:\n", f"{rubrics}stages:\n  - {{key: on-your-own, title: T, verbs: [A, B, C, D]}}\n"
    )
    text = text.replace("\nroadmap:", f"{capstone}roadmap:")
    with pytest.raises(CurriculumErrors) as refused:
        read(text)
    assert [mistake.message for mistake in refused.value.mistakes] == [
        "rubric craft appears twice (first at line 28)",
        "stage on-your-own appears twice (first at line 49)",
        "capstone 1 appears twice (first at line 120)",
    ]


def test_texts_that_one_post_cannot_hold_are_named_at_their_week(small_text: str):
    text = small_text
    for short, length in (
        ("Memory", 100),
        ("State outlives the process that wrote it.", 500),
        ("Keep the resource in a database and kill the process while it writes.", 700),
        ("The service survives a kill at any moment; a memo says why.", 500),
        ("Follow your scores from week to week.", 180),
        ("Answer every point of a review.", 180),
    ):
        text = text.replace(short, "x" * length)
    for number in range(1, 5):
        text = text.replace('  - "{verb}', f'  - "{"y" * 80} {number} {{verb}}', 1)
    more = "".join(
        f"  - key: more-{number}\n    title: More\n    sentence: {'z' * 180}\n" for number in (1, 2)
    )
    text = text.replace("\nretro:\n", f"{more}retro:\n")
    with pytest.raises(CurriculumErrors) as refused:
        read(text)
    assert [mistake.message for mistake in refused.value.mistakes] == [
        "the kickoff of week 2 comes to 3,441 characters, at most 3,300; shorten its texts"
    ]
    assert refused.value.mistakes[0].line == text.splitlines().index("  - number: 2") + 1


def test_a_page_that_one_post_cannot_hold_is_named_at_its_list(small_text: str):
    stop = f"  - title: Answer\n    sentence: {'x' * 180}\n"
    text = small_text.replace("roadmap:\n", f"roadmap:\n{stop * 18}")
    with pytest.raises(CurriculumErrors, match="137:3: the page of roadmap comes to 3,3"):
        read(text)


def test_one_week_that_cannot_be_read_does_not_hide_what_others_lack(small_text: str):
    text = small_text.replace("number: 1\n", "number: one\n", 1).replace(
        "rubric: judgement", "rubric: craf", 1
    )
    with pytest.raises(CurriculumErrors) as refused:
        read(text)
    assert [str(mistake.message) for mistake in refused.value.mistakes] == [
        "'one' is not a whole number",
        "there is no rubric 'craf'; did you mean 'craft'?",
    ]
