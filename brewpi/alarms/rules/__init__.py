"""What is wrong that no single reading shows: a rule looks at a tank and its last hours. Pure."""
