"""Logs as rows to learn from: at once, or a part at a time, in one process, in several or on many machines."""
