"""The link that invites the bot to a server, and why it asks for each permission."""
