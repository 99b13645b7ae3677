"""One file per group of docker's commands."""
