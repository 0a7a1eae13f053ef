"""Which column of a table is what: gravity, the beer's temperature, a mark of bad readings."""
