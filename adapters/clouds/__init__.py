"""What the doors to the three clouds have in common."""
