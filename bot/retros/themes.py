"""What several people want to improve, in words that several of them wrote, so that nobody can be recognised by one.

Rather silent than wrong: word forms are joined by a few endings only, a word that nobody wrote in small letters may be
somebody's name, and so neither is shown. Nouns that a language always writes large are left out by that too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.retros.rules import ENOUGH_TO_SHARE

PEOPLE_A_THEME = 2  # what one person wrote is theirs
THEMES_A_WEEK = 5  # a digest is skimmed
WORDS_A_THEME = 3  # what the same people wrote is one theme; three words say which
SHORTEST = 3  # letters of a word that can say anything
LONG = 5  # letters; a shorter word without its last would be another: note, not; paste, past

# What marks a piece of text as a link, an address, a number, or one of Discord's marks for people and places.
_NO_WORD = re.compile(r"://|www\.|\.\w{2}|[@\d]|<[#:a/]", re.IGNORECASE)
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ied", "y"), ("ed", ""), ("s", ""))
# One vowel, then one consonant: such a word doubles that before -ing and -ed (planning), so caring is from care, and
# plane without its last letter would be another.
_SHORT_VOWEL = re.compile(r"[^aeiouy]*[aeiouy][^aeiouwxy]")
_VOWEL = re.compile(r"[aeiouy]")
_WORD = re.compile(r"[^\W\d_]+")
_APOSTROPHE = re.compile(r"['’](?:s|t|m|d|ll|re|ve)?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Words that the same people wrote, and how many of all who answered they are."""

    words: Sequence[str]
    people: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekThemes:
    """The themes of a week's retros, and how many answers they rest on."""

    week: int
    answers: int
    themes: Sequence[Theme]

    @property
    def is_enough(self) -> bool:
        """Whether enough have answered for any theme to be shown."""
        return self.answers >= ENOUGH_TO_SHARE


def themes(answers: Sequence[str], names: Iterable[str] = ()) -> list[Theme]:
    """The words that several of these people wrote, the most shared first; none while few have answered.

    Each answer is one person's; `names` are whose words are never shown.
    """
    if len(answers) < ENOUGH_TO_SHARE:
        return []
    banned = {folded(word) for name in names for word in _WORD.findall(name.lower())}
    written = [_written(answer) for answer in sorted(answers)]
    wrote: dict[str, list[int]] = {}
    for number, forms in enumerate(written):
        for root in {folded(form.lower()) for form in forms} - banned:
            wrote.setdefault(root, []).append(number)
    by_people: dict[tuple[int, ...], list[str]] = {}
    for root, numbers in wrote.items():
        shown = _shown(root, [written[number] for number in numbers])
        if shown is not None:
            by_people.setdefault(tuple(numbers), []).append(shown)
    found = [
        Theme(words=sorted(words, key=_tells)[:WORDS_A_THEME], people=len(numbers), of=len(answers))
        for numbers, words in by_people.items()
    ]
    return sorted(found, key=lambda theme: (-theme.people, *theme.words))[:THEMES_A_WEEK]


def _tells(word: str) -> tuple[int, str]:
    """Longer words say more about what they are about."""
    return (-len(word), word)


def _shown(root: str, people: Sequence[Sequence[str]]) -> str | None:
    """The form of a word that most of these people wrote, if enough did and somebody wrote it in small letters."""
    forms = Counter(
        form for written in people for form in {word.lower() for word in written} if folded(form) == root
    )
    small = {word for written in people for word in written if word.islower() or word.isupper()}
    shared = [
        form for form, count in forms.items() if count >= PEOPLE_A_THEME and small & {form, form.upper()}
    ]
    return min(shared, key=lambda form: (-forms[form], len(form), form), default=None)


def _written(answer: str) -> list[str]:
    """The words of an answer that can say something, as they were written."""
    plain = _APOSTROPHE.sub(" ", " ".join(piece for piece in answer.split() if not _NO_WORD.search(piece)))
    return [
        word
        for word in _WORD.findall(plain)
        if len(word) >= SHORTEST and folded(word.lower()) not in _SAYS_NOTHING
    ]


def folded(word: str) -> str:
    """What the common forms of an English word share: tests, testing, tested; stories, story; write, writing."""
    for ending, instead in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= SHORTEST and _VOWEL.search(stem):
            if ending == "s" and stem[-1] in "sui":
                return word
            has_lost_e = ending in ("ing", "ed") and _SHORT_VOWEL.fullmatch(stem)
            return f"{stem}e" if has_lost_e else _plain(stem + instead)
    return _plain(word)


def _plain(stem: str) -> str:
    """Without the letter that an ending doubles or drops: plann(ing) is plan, measur(ing) is measure."""
    if len(stem) > SHORTEST and stem[-1] == stem[-2] and stem[-1] not in "aeiouls":
        return stem[:-1]
    return stem.removesuffix("e") if len(stem) > LONG and not _SHORT_VOWEL.fullmatch(stem[:-1]) else stem


# Words that say nothing by themselves in an answer to "what do you want to improve?", in every form.
_SAYS_NOTHING = frozenset(
    folded(word)
    for word in _WORD.findall(
        """
    able about actually after again all already also always and another any anything are around away back bad
    because become been before begin began being best better between both but can cannot change could day did didn
    different does doesn doing don done each easier easily either else enough even ever every everyone everything
    far few find first for from further get give going good got great had half hard has hasn have haven her here him
    his how however idea improve improvement instead into isn its itself just keep know last late later least less
    let like little lot made make making many matter may maybe mean might mine more most much must myself need never new
    next nobody none not nothing now off often old once one only other our out over own part people perhaps please
    probably put quite rather really right same say see seem several shall should show since small some somebody
    someone something sometimes somewhere soon start still stop stuff such sure take than that the their them then
    there these they thing think this those though thought three through time together too took toward tried try two
    under until upon use used useful using usually very via wait want was wasn way week weekly well went were weren what
    whatever when whenever where whether which while who whole whom whose why will wish with within without won work
    would wouldn year yes yet you your yourself
        """
    )
)
