"""Who is behind and why, and who did what."""
