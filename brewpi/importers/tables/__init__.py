"""From tables of any shape to those with a row for each reading; and which tables belong together."""
