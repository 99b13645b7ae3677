"""Names, Services and the traffic through them."""
