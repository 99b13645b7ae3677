"""Files: what a file is, the file systems, the mounts, and how a process sees them."""
