"""Who is in a cohort: kept with the roles on the server, by hand, and with files."""
