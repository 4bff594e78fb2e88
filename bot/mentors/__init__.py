"""The mentor queue: what waits for a mentor, who holds it, and what they decide."""
