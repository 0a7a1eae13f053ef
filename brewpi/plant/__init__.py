"""Simulated beer in simulated tanks."""
