"""Era 6: the same cluster as a managed service, and what one has to do oneself without it."""
