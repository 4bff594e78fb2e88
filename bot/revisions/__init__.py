"""From feedback to revision to acceptance: answers, re-checks, decisions, and what waits for a mentor."""
