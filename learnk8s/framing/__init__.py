"""A moment of a sandbox in a frame on other people's pages, where its owner wants that."""
