"""From lines of text to rows of cells: separators, heads, boxes beside a table, notes."""
