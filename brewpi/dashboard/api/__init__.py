"""The REST API of the board, for programs: what it knows can be read, and commands be sent, with a token."""
