"""On a laptop: predict, replay, simulate."""
