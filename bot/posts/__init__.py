"""Everything that is said on schedule."""
