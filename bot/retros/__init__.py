"""Retain, improve, scale: the weekly look back."""
