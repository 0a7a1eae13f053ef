"""Passwords are hashed a thousand times as fast here; what is tested is everything around it."""

from brewpi.dashboard import users

users.N, users.P = 2**8, 1
