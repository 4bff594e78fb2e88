import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from dotenv import dotenv_values
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.settings import Settings

HOUSE = Path(__file__).parents[1]
LOCKS = ("run", "demo", "dev", "tools")
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]


def locked(lock: str) -> dict[str, str]:
    """What one lock file pins: name to version."""
    text = (HOUSE / "locks" / f"{lock}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ]+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_pinned_and_hashed_packages_and_nothing_else(lock):
    text = (HOUSE / "locks" / f"{lock}.txt").read_text()
    assert "://" not in text
    assert "/" not in "".join(re.findall(r"^[^ #].*", text, re.MULTILINE))
    entries = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(locked(lock))
    assert all("--hash=sha256:" in entry for entry in entries)


@pytest.mark.parametrize(("smaller", "larger"), list(pairwise(LOCKS)))
def test_each_lock_adds_to_the_one_before_so_that_they_share_an_environment(smaller, larger):
    assert locked(smaller).items() <= locked(larger).items()


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [("run", PROJECT["dependencies"])]
    + [
        (lock, PROJECT["optional-dependencies"][extra])
        for lock, extra in zip(LOCKS, ("postgres", "playground", "dev", "tools"), strict=True)
    ],
)
def test_the_locks_are_current(lock, wanted):
    pins = locked(lock)
    for requirement in map(Requirement, wanted):
        if requirement.name != "homeroom":
            name = canonicalize_name(requirement.name)
            assert name in pins, f"{requirement}: run `make lock`"
            assert requirement.specifier.contains(pins[name]), f"{requirement}: run `make lock`"


def test_the_offline_discord_comes_without_its_video_library_and_never_to_a_server():
    assert "av" not in locked("demo")
    assert "simcord" not in locked("run")


def test_the_wheel_carries_the_migrations_and_the_fonts(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for name in ("bot", "migrations"):
        shutil.copytree(HOUSE / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(HOUSE / name, source)
    build = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([sys.executable, *build, "--wheel-dir", tmp_path, source], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    carried = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        path.relative_to(HOUSE).as_posix()
        for pattern in ("bot/**/*", "migrations/*.sql")
        for path in HOUSE.glob(pattern)
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert expected <= carried


def test_the_image_copies_only_what_is_there():
    copied = re.findall(r"^COPY ([^- ]\S*) ", (HOUSE / "Dockerfile").read_text(), re.MULTILINE)
    assert copied
    for name in copied:
        assert (HOUSE / name).exists(), name


def test_the_example_settings_show_each_setting_with_its_default():
    shown = dotenv_values(HOUSE / ".env.example")
    fields = {f"HOMEROOM_{name.upper()}": field for name, field in Settings.model_fields.items()}
    assert shown.keys() == fields.keys() - {"HOMEROOM_TOKEN_FILE"}
    for name, value in shown.items():
        if value:
            assert value == str(fields[name].default)
