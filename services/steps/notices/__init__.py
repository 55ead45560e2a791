"""Notifications: what is wrong, what the day brought, and telling it to whoever asked to be told."""
