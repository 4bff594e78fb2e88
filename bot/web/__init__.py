"""The bot's own pages: who may see them, and how they are sent."""
