"""The images of the simulated registry, and what runs when a container of one starts."""
