"""Whether the beer probe still measures the beer that its tank heats and cools. Pure."""
