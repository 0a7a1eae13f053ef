"""brewpi: predicts when a fermentation will complete, and acts on it."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("brewpi-edge")
except PackageNotFoundError:  # a bare checkout, never installed
    __version__ = "0.0.0"
