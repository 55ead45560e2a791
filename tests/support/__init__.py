"""What tests of several kinds share: a simulator to talk to, and a practice that is connected to it."""
