"""What kubectl says of itself: which commands there are, which flags each has. Descriptions are ours and short."""

from collections.abc import Mapping

from learnk8s.simulation.kubernetes.kubectl.flags import Bare, commands_under, flags_of


class Shown(Bare):
    """A command that needs a sub-command was given none: what it offers is printed."""


def command_help(path: str, sentence: str) -> str:
    """Return what `kubectl PATH --help` prints."""
    subs = commands_under(path)
    listed = "\nAvailable Commands:\n" + "".join(f"  {name}\n" for name in sorted(subs)) if subs else ""
    options = "\nOptions:\n" + "".join(f"    {flag.shown}{'' if flag.is_switch else '='}\n" for flag in flags_of(path) if flag.name != "help") if not subs else ""
    return f"{sentence}.\n{listed}{options}\nUsage:\n  kubectl {path} {'SUBCOMMAND ' if subs else ''}[options]\n"


LISTED: dict[str, tuple[str, dict[str, str], str]] = {
    "auth": ("Inspect authorization.", {"can-i": "Check whether an action is allowed", "reconcile": "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects", "whoami": "Experimental: Check self subject attributes"}, "[flags] [options]"),
    "certificate": ("Modify certificate resources.", {"approve": "Approve a certificate signing request", "deny": "Deny a certificate signing request"}, "SUBCOMMAND [options]"),
}


def listing(path: str, *, head: str = "", sentences: Mapping[str, str] | None = None) -> Shown:
    """Return what a command prints that was given no sub-command."""
    usage = "SUBCOMMAND [options]"
    if path in LISTED:
        head, sentences, usage = LISTED[path]
    if not sentences:
        return Shown(command_help(path, f"kubectl {path} has these sub-commands").rstrip("\n"))
    width = max(map(len, sentences)) + 3
    listed = "".join(f"  {name:<{width}}{sentence}\n" for name, sentence in sentences.items())
    shown = Shown(f"{head}\n\nAvailable Commands:\n{listed}\nUsage:\n  kubectl {path} {usage}\n\nUse \"kubectl {path} <command> --help\" for more information about a given command.\nUse \"kubectl options\" for a list of global command-line options (applies to all commands).")
    shown.status = 0 if path == "certificate" else 1
    return shown
