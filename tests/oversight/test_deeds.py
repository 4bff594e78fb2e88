"""Every act that is noted has words, and nothing that is noted is ever changed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.oversight import deeds

BOT = Path(__file__).parents[2] / "bot"
ANY = "*"


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text()) for path in sorted(BOT.rglob("*.py"))}


@cache
def functions() -> list[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    return [
        (path, node)
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def calls(caller) -> Iterator[ast.Call]:
    """Each call in a function; one that a database makes (`write(note, here, …)`) as if it were made at once."""
    for call in ast.walk(caller):
        if isinstance(call, ast.Call):
            yield call
            if name_of(call) in ("read", "write") and call.args:
                function, *rest = call.args
                made = ast.Call(func=function, args=[ast.Name("tx"), *rest], keywords=call.keywords)
                yield ast.copy_location(made, call)


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def parameters(function) -> list[str]:
    return [item.arg for item in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]


def argument(call: ast.Call, function, name: str) -> ast.expr | None:
    """What a call gives a function for one of its parameters, or its default."""
    given = next((item.value for item in call.keywords if item.arg == name), None)
    if given is not None:
        return given
    place = parameters(function).index(name) - (1 if parameters(function)[:1] == ["self"] else 0)
    if place < len(call.args):
        return call.args[place]
    defaults = dict(zip(reversed(function.args.args), reversed(function.args.defaults), strict=False))
    defaults |= dict(zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True))
    return next((value for arg, value in defaults.items() if arg.arg == name), None)


def texts(path: Path, scope, node: ast.expr | None) -> Iterator[str]:
    """Every text that an expression can be, as far as the source says; `*` for what it does not say."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(path, scope, node.body)
        yield from texts(path, scope, node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield from joined(path, scope, node.values)
    elif isinstance(node, ast.Name) and node.id in parameters(scope):
        yield from given(path, scope, node.id)
    elif isinstance(node, ast.Name):
        yield from assigned(path, scope, node.id)
    else:
        yield ANY


def joined(path: Path, scope, values) -> Iterator[str]:
    if not values:
        yield ""
        return
    first, *rest = values
    begins = texts(path, scope, first.value if isinstance(first, ast.FormattedValue) else first)
    ends = list(joined(path, scope, rest))
    for begin in begins:
        yield from (begin + end for end in ends)


def given(path: Path, function, name: str) -> Iterator[str]:
    """What callers give a function for a parameter: in its module, and where its module is imported by name."""
    for other, caller in functions():
        for call in calls(caller):
            owner = getattr(call.func, "value", None)
            if name_of(call) == function.name and (
                other == path if owner is None else getattr(owner, "id", "") == path.stem
            ):
                yield from texts(other, caller, argument(call, function, name))


def assigned(path: Path, scope, name: str) -> Iterator[str]:
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield from texts(path, scope, node.value)
                elif isinstance(target, ast.Tuple):
                    places = [getattr(item, "id", None) for item in target.elts]
                    if name in places:
                        yield from returned(path, node.value, places.index(name))


def returned(path: Path, value: ast.expr, place: int) -> Iterator[str]:
    """What stands at a place of the tuples that a function of this module returns."""
    if not isinstance(value, ast.Call):
        yield ANY
        return
    for other, function in functions():
        if other == path and function.name == name_of(value):
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
                    yield from texts(path, function, node.value.elts[place])


@cache
def noted() -> set[tuple[str, str]]:
    """Each act that is noted anywhere, and where."""
    store = BOT / "cohorts" / "store.py"
    note = next(function for path, function in functions() if path == store and function.name == "note")
    found: set[tuple[str, str]] = set()
    for path, caller in functions():
        for call in calls(caller):
            if ast.unparse(call.func) in ("store.note", "cohorts.note"):
                where = f"{path.relative_to(BOT)}:{call.lineno}"
                found |= {(text, where) for text in texts(path, caller, argument(call, note, "action"))}
    return found


def test_every_act_that_is_noted_has_words():
    found = noted()
    assert {"roster.withdrawn", "cohort.revised", "work.handed", "pairs.set", "cohort.events"} <= {
        action for action, _ in found
    }
    assert sorted(f"{where} notes {action}" for action, where in found if ANY in action) == []
    assert sorted(f"{where} notes {action}" for action, where in found if action not in deeds.DEEDS) == []


def test_every_word_is_for_an_act_that_is_noted():
    assert sorted(deeds.DEEDS.keys() - {action for action, _ in noted()}) == []


def test_titles_tell_acts_apart_and_fit_discords_list():
    titles = [deed.title for deed in deeds.DEEDS.values()]
    assert len(titles) == len(set(titles))
    assert all(len(title) <= 100 for title in titles)
    assert all(len(action) <= 40 and "~" not in action for action in deeds.DEEDS), (
        "it stands in a button's id"
    )


def test_nothing_on_the_log_is_changed_or_deleted_but_by_who_forgets_people():
    changing = re.compile(r"\b(UPDATE\s+audit|DELETE\s+FROM\s+audit|REPLACE\s+INTO\s+audit)\b", re.IGNORECASE)
    found = [
        f"{path.relative_to(BOT)}:{node.lineno}"
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and changing.search(node.value)
    ]
    assert [where for where in found if not where.startswith("privacy/")] == []


@pytest.mark.parametrize("action", [*deeds.DEEDS, "something.new"])
def test_a_line_whose_details_were_blanked_still_reads(action):
    words = deeds.sentence(action, {}, whom="Aster", other=None, shown=lambda _, value: value)
    assert words
    assert "{" not in words


def test_a_change_is_told_as_from_what_to_what():
    detail = {"changes": {"warn": [6, 8], "expire": [12, 24]}}
    words = deeds.sentence("cohort.ladder", detail, whom=None, other=None, shown=lambda _, value: value)
    assert words == "changed the ladder of reviews: warn 6 → 8, expire 12 → 24"


@pytest.mark.parametrize(
    ("action", "detail", "said"),
    [
        ("cohort.break", {"weeks": 1, "from": "2026-04-06"}, "put in a break of 1 week from 2026-04-06"),
        ("cohort.break", {"weeks": 2, "from": "2026-04-06"}, "put in a break of 2 weeks from 2026-04-06"),
        ("cohort.resumed", {"weeks": 1}, "let the cohort go on, 1 week later than planned"),
        ("extension.asked", {"days": 1, "deliverable": "w01"}, "asked for 1 more day for w01"),
        ("pairs.run", {"deliverable": "w01", "reviews": 1}, "paired w01 by hand: 1 review"),
        ("privacy.forgotten", {"count": 1}, "forgot 1 person of the finished cohort"),
        ("privacy.forgotten", {"count": 30}, "forgot 30 people of the finished cohort"),
        (
            "cohort.events",
            {"added": 1, "moved": 17, "kept": 2},
            "put the calendar among the server's events: 1 added, 17 moved, 2 kept",
        ),
    ],
)
def test_what_is_counted_has_its_noun(action, detail, said):
    assert deeds.sentence(action, detail, whom=None, other=None, shown=lambda _, value: value) == said
