"""Screens for admins: connections, users and the activity log."""
