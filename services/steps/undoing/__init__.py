"""What undo does: taking one act back, and only while nothing has moved on since."""
