"""Era 3: images, layers and containers on one host, driven by docker and docker compose."""
