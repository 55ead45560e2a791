"""A faithful double of Xero over HTTP: sign-in, tokens, connections, contacts, limits and failures.

It exists so that the program can be tried, demonstrated and tested without a Xero account. It shares no
code with the program: only HTTP lies between them.
"""
