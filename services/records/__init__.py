"""Small, shared dealings with our own tables: activity, jobs, leases, quota, translation of rows to values."""
