"""Who reviews whom, and what they say."""
