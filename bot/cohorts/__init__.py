"""Cohorts and the people in them."""
