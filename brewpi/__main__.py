"""`python -m brewpi` is `brewpi`."""

from brewpi.cli import main

main()
