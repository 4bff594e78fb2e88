"""Who can be asked: who is away, and who is kept apart."""
