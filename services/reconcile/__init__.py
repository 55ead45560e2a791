"""The pure core: what a contact is, when two are the same, what should happen. No I/O, clock or tables."""
