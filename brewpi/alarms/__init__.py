"""Alarms: what each one means, when it is raised and cleared, and how people are told."""
