"""The program from a terminal: the same use cases as the screens, one file for each group of commands."""
