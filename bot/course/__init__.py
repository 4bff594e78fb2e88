"""The course itself: what is taught, when, and how it is looked up."""
