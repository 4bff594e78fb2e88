"""Where a student and a cohort stand."""
