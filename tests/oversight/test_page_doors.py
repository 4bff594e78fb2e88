"""The way from `/report` and `/progress` to their pages: a button, and behind it a link that works once."""

from __future__ import annotations

from tests.house import button, buttons, opened, parts, said, words
from tests.web.conftest import PLACE


async def test_without_pages_nothing_leads_to_them(url):
    async with opened(url) as house:
        await house.start_cohort()
        shown = (await house.lead.slash(house.channel, "report")).response
        assert "report.browse" not in buttons(shown)


def address(result):
    """The link of a private answer."""
    said(result)
    return next(part["url"] for part in parts(result.response) if "url" in part)


async def test_the_report_opens_the_dashboard_anew_at_every_press(url):
    async with opened(url, pages=PLACE) as house:
        await house.start_cohort()
        shown = (await house.lead.slash(house.channel, "report")).response
        first = await house.lead.click(shown, custom_id=button(shown, "report.browse"))
        assert "works once, for 10 minutes" in said(first)
        assert "signed in for 12 hours" in said(first)
        await house.restart()
        second = await house.lead.click(shown, custom_id=button(shown, "report.browse"))
        assert len({address(first), address(second)}) == 2


async def test_who_may_not_see_the_report_gets_no_link_by_a_press(url):
    async with opened(url, pages=PLACE) as house:
        await house.start_cohort()
        for pressed in ("p:report.browse:1", "p:report.student:1.1"):
            assert "Only the mentors and leads" in await house.pressed_by(house.student("Aster"), pressed)
        house.faults()


async def test_progress_of_a_student_leads_mentors_to_their_page(url):
    async with opened(url, pages=PLACE) as house:
        await house.start_cohort()
        aster = house.student("Aster")
        own = (await aster.slash(house.channel, "progress")).response
        assert "report.student" not in buttons(own)
        shown = (await house.mentor.slash(house.channel, "progress", member=aster)).response
        pressed = await house.mentor.click(shown, custom_id=button(shown, "report.student"))
        assert "/enter/" in address(pressed)


async def test_a_press_after_the_pages_were_switched_off_says_so(url):
    async with opened(url, pages=PLACE) as house:
        await house.start_cohort()
        shown = (await house.lead.slash(house.channel, "report")).response
        house.pages = None
        await house.restart()
        refused = await house.lead.click(shown, custom_id=button(shown, "report.browse"))
        assert "switched off" in words(refused.response)
        house.faults()
