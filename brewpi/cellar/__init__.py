"""The tanks of a site: one tick from sensor to output, operators' commands, and how it is built from a config."""
