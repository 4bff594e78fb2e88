"""No button and no menu leads nowhere: whatever the source lets somebody press, a room answers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.ui import Pick, Press
from tests.house import opened

BOT = Path(__file__).parents[1] / "bot"
Function = ast.FunctionDef | ast.AsyncFunctionDef
Call = tuple[str, Function, ast.Call]
PLACES = {Press.__name__: 1, Pick.__name__: 1}  # which argument of a call is the action


@cache
def calls() -> dict[str, list[Call]]:
    """Every call in a function, by the name of what is called."""
    found: dict[str, list[Call]] = {}
    for path in sorted(BOT.rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for call in ast.walk(function):
                    if isinstance(call, ast.Call):
                        found.setdefault(called(call), []).append(
                            (str(path.relative_to(BOT)), function, call)
                        )
    return found


def called(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def literals(node: ast.expr) -> Iterator[str | None]:
    """Every action that an expression can be; None for what cannot be read from it."""
    if isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    else:
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        yield node.value if is_text else None


def actions(places: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Each action in the calls that make buttons, and where; helpers that are given one are looked up by it."""
    for name, place in places.items():
        for file, function, call in calls().get(name, []):
            given = [item.value for item in call.keywords if item.arg == "action"]
            given += call.args[place : place + 1]
            yield from told(file, function, call, given[0], places)


def told(
    file: str, function: Function, call: ast.Call, given: ast.expr, places: dict[str, int]
) -> Iterator[tuple[str, str]]:
    """What one argument can be; where it is the function's own parameter, whatever its callers give."""
    parameters = [item.arg for item in function.args.args]
    for action in literals(given):
        name = getattr(given, "id", None)
        if action is not None:
            yield action, f"{file}:{call.lineno}"
        elif name in parameters:
            helper = {function.name: parameters.index(name)}
            assert helper.keys() - places.keys(), f"{file}:{call.lineno} goes round in circles"
            found = list(actions(helper))
            assert found, f"nobody calls {function.name} in {file}"
            yield from found
        elif not (file == "ui.py" and function.name == "from_custom_id"):
            raise AssertionError(f"{file}:{call.lineno} presses what cannot be read")


@pytest.fixture
async def doors(url):
    async with opened(url) as house:
        yield set(house.bot.doors)


async def test_every_button_and_menu_has_a_room_that_answers_it(doors):
    pressed = list(actions(PLACES))
    assert [f"{where} presses {action}" for action, where in pressed if action not in doors] == []
    assert {"queue.page", "answer.page", "submit.open"} <= {action for action, _ in pressed}


async def test_every_door_has_something_that_leads_to_it(doors):
    pressed = {action for action, _ in actions(PLACES)}
    assert doors - pressed == set()
