"""Deliverables handed in: links, evidence, revisions."""
