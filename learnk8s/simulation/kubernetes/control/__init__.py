"""How components meet: the machinery they are given, and the loop that runs controllers."""
