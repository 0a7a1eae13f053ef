"""`python -m brewpi` is `brewpi`."""

import sys


def main() -> None:
    """The console script. Ctrl-C ends it without a word while it is still being loaded, too."""
    try:
        from brewpi.cli import main as command_line

        command_line()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
