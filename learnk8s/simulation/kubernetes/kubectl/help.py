"""What kubectl says of itself: which commands there are, which flags each has. Descriptions are ours and short."""

from learnk8s.simulation.kubernetes.kubectl.flags import Bare, commands_under, flags_of


class Shown(Bare):
    """A command that needs a sub-command was given none: what it offers is printed, and that is no failure."""


def command_help(path: str, sentence: str) -> str:
    """Return what `kubectl PATH --help` prints."""
    subs = commands_under(path)
    listed = "\nAvailable Commands:\n" + "".join(f"  {name}\n" for name in sorted(subs)) if subs else ""
    options = "\nOptions:\n" + "".join(f"    {flag.shown}{'' if flag.is_switch else '='}\n" for flag in flags_of(path) if flag.name != "help") if not subs else ""
    return f"{sentence}.\n{listed}{options}\nUsage:\n  kubectl {path} {'SUBCOMMAND ' if subs else ''}[options]\n"


def listing(path: str) -> Shown:
    """Return what a command prints that was given no sub-command."""
    return Shown(command_help(path, f"kubectl {path} has these sub-commands").rstrip("\n"))
