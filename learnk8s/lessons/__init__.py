"""Reading lessons, and how far one has come."""
