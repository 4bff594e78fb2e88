"""More time for one student, or a deliverable that they may leave out."""
