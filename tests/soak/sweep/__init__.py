"""The crash sweep: one tick full of work, killed at every boundary, failed at every call, and pairs of the two."""
