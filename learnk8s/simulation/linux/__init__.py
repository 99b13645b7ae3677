"""Era 1: one server. Processes, users, files; then the pieces of isolation one by one."""
