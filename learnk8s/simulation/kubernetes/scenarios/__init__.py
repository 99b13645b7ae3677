"""How a cluster looks when a sandbox begins: nodes, files in the home folder, what runs already."""
