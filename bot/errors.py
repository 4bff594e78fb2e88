"""What a member can do wrong, in words for the member."""

from __future__ import annotations


class CourseError(Exception):
    """A request that was refused; its text is one or two kind sentences with the next step in them."""


class NotAllowed(CourseError):
    """A request that was refused because of who asks, not of what they ask for."""
