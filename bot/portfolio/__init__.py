"""Accepted work with its narrative and its proof, to show to others."""
