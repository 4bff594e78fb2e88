"""What is said for the lead's desk: announcements, requests and their answers, and the lead's own digest."""

from __future__ import annotations
