"""Whether a bot can do its work here: each thing that it needs, and how to mend what is wrong."""
