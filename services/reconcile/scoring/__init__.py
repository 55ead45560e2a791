"""How alike two contacts are: one file per field, weights in bits, put together in `services.reconcile.score`."""
