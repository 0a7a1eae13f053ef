"""What the catalogue says of each alarm, by what it is about."""
