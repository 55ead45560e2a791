"""The two sides behind one contract (store.py): the practice's contact book, and Xero."""
