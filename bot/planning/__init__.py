"""Changing the calendar of a running course, and what moves along with it."""
