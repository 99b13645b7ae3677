"""The API server: the one door to the store."""
