"""Measurements of what must be fast: calls against their minimum, growth with size, and the cost of a page."""
