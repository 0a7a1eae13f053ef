"""How good a forecast is, beside what a brewer could use instead."""
