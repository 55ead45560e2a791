"""Screens about the practice's contacts."""
