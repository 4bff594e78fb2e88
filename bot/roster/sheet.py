"""A roster as a file that spreadsheets open: read with every fault named by its line, and written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.cohorts.rules import ROLES, Placed, Role
from bot.errors import CourseError
from bot.sheets import FORMULAS, defused

BYTES = 1024 * 1024  # 1 MiB: a thousand people with long names fit ten times
TOO_LARGE = "A roster file has at most 1 MiB. Leave out what is not needed, or give it in parts."
ROWS = 1000  # more at once is no cohort, and would keep Discord's rate limits busy for an hour
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
SEPARATORS = ",;\t"  # a spreadsheet takes its country's
HEADER = "The first line names the columns: `member,role`, and `name` if you like."
WORDS_SHOWN = 40  # Discord's names have at most 32 letters; what is longer is no name
COLUMNS = ("member", "name", "role", "state", "since", "zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a file: who, as it was written, and as what."""

    number: int
    who: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a row, and what to do about it; the number is its line in the file."""

    number: int
    words: str


def read(data: bytes) -> tuple[list[Line], list[Fault]]:
    """The rows of a file and what is wrong with others; a CourseError if it is no roster at all."""
    if len(data) > BYTES:
        raise CourseError(
            "A roster file has at most 1 MiB. Leave out what is not needed, or give it in parts."
        )
    lines: list[Line] = []
    faults: list[Fault] = []
    rows = _rows(_decoded(data))
    header = [cell.casefold() for cell in next(rows, (1, [""]))[1]]
    if "member" not in header:
        raise CourseError(f"I find no column called `member` in this file. {HEADER}")
    if any(header.count(name) > 1 for name in ("member", "name", "role", "state")):
        raise CourseError(f"A column of this file is there twice. {HEADER}")
    for count, (number, cells) in enumerate(rows, start=1):
        if count > ROWS:
            raise CourseError(f"A roster file has at most {ROWS:,} rows. Give it in parts.")
        found = _line(number, header, cells)
        if isinstance(found, Line):
            lines.append(found)
        elif found is not None:
            faults.append(found)
    if not lines and not faults:
        raise CourseError(f"There is nobody in this file. {HEADER} Then one person a line.")
    return lines, faults


def _decoded(data: bytes) -> str:
    encoding = next((name for mark, name in MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise CourseError(
            "I cannot read this file as text. Save it as CSV UTF-8 (in a spreadsheet: Save as, or Download), and try "
            "again."
        )
    return text


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the number of the line that it begins on."""
    first, _, rest = text.partition("\n")
    skipped = 0
    if first.strip().casefold().startswith("sep="):
        text, skipped = rest, 1
    header = text.lstrip("\r\n").partition("\n")[0]
    separator = max(SEPARATORS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        begins = skipped + 1
        for cells in reader:
            stripped = [" ".join(_bare(cell).split()) for cell in cells]
            if any(stripped):
                yield begins, stripped
            begins = skipped + reader.line_num + 1
    except csv.Error:
        raise CourseError(
            f"I cannot read this file after line {skipped + reader.line_num}: a quotation mark may be open there. "
            "Mend it, or save the file as CSV once more."
        ) from None


def _bare(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from working it out."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULAS) else cell


def _line(number: int, header: Sequence[str], cells: Sequence[str]) -> Line | Fault | None:
    """A row as a line, or what is wrong with it; None for somebody who was withdrawn."""
    if any(cells[len(header) :]):
        many = f"This row has {len(cells)} cells and the first line {len(header)}"
        return Fault(number=number, words=f"{many}. Put a name with a comma in it in quotation marks.")
    found: Mapping[str, str] = dict(zip(header, cells, strict=False))
    if found.get("state", "").casefold() == "withdrawn":
        return None
    who = found.get("member") or found.get("name") or ""
    if not who:
        return Fault(
            number=number, words="Nobody is named here. Write an id, a mention, or a name under `member`."
        )
    role = _role(found.get("role", ""))
    if role is None:
        written = quoted(found.get("role", ""))
        return Fault(number=number, words=f"{written} is no role. Write student, mentor or lead, or nothing.")
    return Line(number=number, who=who, role=role)


def _role(written: str) -> Role | None:
    wanted = written.casefold() or "student"
    return next((role for role in ROLES if role == wanted), None)


def quoted(words: str) -> str:
    """Words of a file in quotation marks, cut where they run on."""
    return f"“{words if len(words) <= WORDS_SHOWN else words[: WORDS_SHOWN - 1] + '…'}”"


def write(places: Iterable[Placed], zone: ZoneInfo) -> bytes:
    """Everybody who ever was in a cohort, a row for each role; `read` takes it as it is.

    Somebody is named by a mention: a spreadsheet would round the digits of a bare id.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for item in places:
        user_id = item.member.user_id
        row = (
            "" if user_id is None else f"<@{user_id}>",
            item.member.name,
            item.role,
            "active" if item.active else "withdrawn",
            f"{item.since.astimezone(zone):%Y-%m-%d %H:%M}",
            zone.key,
        )
        writer.writerow([defused(cell) for cell in row])
    return text.getvalue().encode(
        "utf-8-sig"
    )  # without the mark a spreadsheet takes it for its country's letters


def faults_file(faults: Iterable[Fault]) -> bytes:
    """Every fault of a file, a row each."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("line", "problem"))
    writer.writerows((str(item.number), defused(item.words)) for item in faults)
    return text.getvalue().encode("utf-8-sig")
