"""Homeroom: a Discord bot that runs a cohort course."""

__version__ = "0.1.0"
