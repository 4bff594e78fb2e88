"""Made-up people who take the course through the real services, for rehearsals."""
