"""docker compose: several services of one project on one host."""
