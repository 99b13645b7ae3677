"""Other people's formats of questions, and our own archive. Everything is read within bounds; what cannot be taken over is told with its line."""
