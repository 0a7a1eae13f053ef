"""Simulated fermentation logs."""
