"""Small functions for our own tables that several modules share: activity, jobs, leases, quota, translation of rows to
values.
"""
