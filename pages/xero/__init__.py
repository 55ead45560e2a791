"""Screens about what is synced with Xero, and what needs a decision."""
