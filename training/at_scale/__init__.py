"""The same work in one process, in several, or on many machines."""
