"""What is known about a member: shown, and forgotten."""
