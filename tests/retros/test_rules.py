"""What an answer may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import CourseError
from bot.retros import rules


@given(st.text(max_size=600))
def test_an_answer_is_kept_trimmed_or_refused_by_its_question(text):
    if 0 < len(text.strip()) <= rules.TEXT_LIMIT:
        assert rules.parse(text, "Improve") == text.strip()
    else:
        with pytest.raises(CourseError, match="“Improve”"):
            rules.parse(text, "Improve")


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [("kept", "kept"), ("partly", "partly"), ("dropped", "dropped"), ("", None), (None, None)],
)
def test_what_became_of_a_promise_is_one_of_three_words_or_unsaid(chosen, kept):
    assert rules.parse_kept(chosen) == kept
