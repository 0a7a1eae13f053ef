"""The daemon and its clock-driven ticks."""
