"""The pins of a Pi, for a machine without."""

D22 = object()
