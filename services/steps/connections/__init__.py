"""From a consent at Xero to a connection in our tables, and to its end."""
