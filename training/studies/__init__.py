"""Studies behind the figures in the docs."""
