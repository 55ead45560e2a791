"""The program from a terminal: the same use cases as the screens, one command group a file."""
