"""From an invitation to a course that runs: the hello, a draft, its channel and roles, the start."""
