"""Era 2: bare machines, hypervisors, guests with a whole system each, and the automation that was put on top."""
