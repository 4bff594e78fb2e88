"""What leads have announced at a time of their choosing."""
