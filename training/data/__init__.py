"""Logs as rows to learn from."""
