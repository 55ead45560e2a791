"""What the program does, free of any screen: use cases, the sync engine, gateways and the pure rules."""
