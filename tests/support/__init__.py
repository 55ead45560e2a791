"""What several kinds of tests share: a simulator to talk to, and a practice that is connected to it."""
