"""What the board hears from the broker."""
