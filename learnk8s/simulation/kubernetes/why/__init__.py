"""Questions about a cluster that are answered by trying things out in copies of it: what would fix it, what will happen, how do two differ."""
