"""The laptop's half of the project: simulation, training and judging. Imports `brewpi`, never the other way."""
