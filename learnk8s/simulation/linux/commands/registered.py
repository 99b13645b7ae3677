"""All commands of the server in one table."""

from learnk8s.simulation.linux.commands import builtins, filework, isolation, libraries, mounts, networking, processes, screens, services, transient, users

BUILTINS = builtins.BUILTINS
COMMANDS = {**processes.COMMANDS, **filework.COMMANDS, **users.COMMANDS, **isolation.COMMANDS, **mounts.COMMANDS, **networking.COMMANDS, **services.COMMANDS, **screens.COMMANDS, **transient.COMMANDS, **libraries.COMMANDS}
