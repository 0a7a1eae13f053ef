"""What the messages of devices have in common: times, units, and what they say beside a number."""
