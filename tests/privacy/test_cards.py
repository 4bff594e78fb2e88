"""What people see before and after they are forgotten, inside Discord's limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.posts import cards as posts
from bot.posts.desk_rules import Forgetting
from bot.privacy import cards
from bot.privacy.rules import POINTERS, Held, Outlook, Part, Tie
from tests.privacy.people import NOW, Life
from tests.shown import assert_discord_holds, buttons_of, words_of
from tests.town import LEAD

LONG = "*@everyone_ `x` [a](b) " * 9
TIE = Tie(cohort_id=1, guild_id=1, name="Spring", roles=["student"], role_ids=[10**18], is_last_lead=False)
COUNTS = dict.fromkeys([*POINTERS, "received", "given", "quoted"], 0)
OUTLOOK = Outlook(ties=[TIE], counts=COUNTS)
LARGE = Outlook(
    ties=[
        replace(TIE, name=LONG, roles=["student", "mentor", "lead"], role_ids=[10**18] * 3, is_last_lead=True)
        for _ in range(40)
    ],
    counts=dict.fromkeys(COUNTS, 10**6),
)  # fmt: skip


def test_erasing_says_what_goes_what_stays_and_what_cannot_be_taken_back():
    shown = words_of(cards.erasure_asked(OUTLOOK))
    for said in (
        "You are a student of **Spring**.",
        "Your name and your Discord id: you become “former member”, also where others mentioned you by your id.",
        "What stays, as a former member's, and why",
        "in their own words, your name too if they typed it: it is theirs.",
        "What I have posted stays on Discord",
        "older backups",
        "Reviews that you still owe are given to others.",
        "you begin as somebody new",
    ):
        assert said in shown
    assert "only lead" not in shown
    assert list(buttons_of(cards.erasure_asked(OUTLOOK))) == ["Erase my data", "Export it first", "Keep it"]


def test_it_counts_what_there_is_and_leaves_out_what_there_is_not():
    counts = COUNTS | {"submission": 1, "retro": 2, "snippet": 3, "given": 4, "portfolio": 1, "quoted": 2}
    shown = words_of(cards.erasure_asked(replace(OUTLOOK, counts=counts)))
    assert "on 1 piece of work" in shown
    assert "2 retros, 3 snippets." in shown
    assert "The 4 reviews you gave" in shown
    assert "Your portfolio, its page, and the leave" in shown
    assert "What others may quote of 2 reviews of yours: it leaves their portfolios" in shown
    assert "absence" not in shown
    bare = words_of(cards.erasure_asked(replace(OUTLOOK, counts=COUNTS)))
    assert "piece" not in bare
    assert "portfolio, its page" not in bare
    assert "What others may quote" not in bare
    assert "What you wrote for yourself" not in bare


def test_the_last_lead_is_told_that_somebody_must_lead():
    last = replace(OUTLOOK, ties=[replace(TIE, is_last_lead=True)])
    assert "You are the only lead of **Spring**. Somebody should lead it" in words_of(
        cards.erasure_asked(last)
    )
    assert "Nobody leads **Spring** now" in words_of(cards.erased(last))
    assert "Nobody leads" not in words_of(cards.erased(OUTLOOK))


def test_whoever_is_in_no_cohort_hears_of_none():
    nowhere = replace(OUTLOOK, ties=[])
    assert "You are in no cohort now." in words_of(cards.erasure_asked(nowhere))
    assert "cohorts" not in words_of(cards.erased(nowhere))


def test_the_largest_cards_fit():
    held = Held(
        name=LONG, user_id=1, made_at=NOW,
        parts=[Part(key="k", title="The audit log, as it is", why=LONG, entries=[{}] * 1000) for _ in range(30)],
    )  # fmt: skip
    for card in (
        cards.erasure_asked(LARGE), cards.erased(LARGE), cards.roles_left(LARGE.ties), cards.exported(held),
    ):  # fmt: skip
        assert_discord_holds(card)
        assert "@everyone" not in words_of(card)
        assert "[a](b)" not in words_of(card)


async def test_the_letter_to_leads_says_when_and_how_to_keep_it(life: Life):
    running = await life.here(LEAD, NOW)
    letter = posts.render(Forgetting(running=running, on=NOW + timedelta(days=7)), 17)
    assert_discord_holds(letter.card)
    shown = words_of(letter.card)
    assert f"<t:{int((NOW + timedelta(days=7)).timestamp())}:F>" in shown
    assert "`/cohort resume`" in shown
    assert buttons_of(letter.card)["Export my data"][0] == "p:mydata.export:~17"
