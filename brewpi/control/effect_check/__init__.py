"""Whether what heats and cools has the effect on the beer that it should. Pure."""
