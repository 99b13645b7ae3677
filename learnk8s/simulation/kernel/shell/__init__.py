"""A small shell: words, pipes, files. Nothing that is typed is ever executed."""
