"""kubectl itself: find the verb, read its flags, run it, and word every refusal as kubectl does."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kernel.shell.editing import Editor
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome, Program
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.kubectl.client import Call, Ports
from learnk8s.simulation.kubernetes.kubectl.completing import completions
from learnk8s.simulation.kubernetes.kubectl.flags import Bare, Parsed, Usage, command_path, flags_of, own_flags, parse, plain_words
from learnk8s.simulation.kubernetes.kubectl.help import command_help
from learnk8s.simulation.kubernetes.kubectl.kubeconfig import entry, load
from learnk8s.simulation.kubernetes.kubectl.running import resumed
from learnk8s.simulation.kubernetes.kubectl.verbs import apply, attaching, auth, config, create, creators, debugging, describe, edit, events, explain, forward, get, logs, look, misc, nodes, rollout, top, wait, write
from learnk8s.simulation.kubernetes.kubectl.verbs import set as setting


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: its name, its function, one sentence of help."""

    name: str
    run: Callable[[Call], Any]
    help: str


VERBS: tuple[Verb, ...] = (
    Verb("create", create.create, "Create a resource from a file or from stdin"),
    Verb("expose", create.expose, "Take a workload and expose it as a new Kubernetes service"),
    Verb("run", create.run, "Run a particular image on the cluster"),
    Verb("set", setting.set_, "Set specific features on objects"),
    Verb("explain", explain.explain, "Get documentation for a resource"),
    Verb("get", get.run, "Display one or many resources"),
    Verb("edit", edit.edit, "Edit a resource on the server"),
    Verb("delete", write.delete, "Delete resources by file names, stdin, resources and names, or by label selector"),
    Verb("rollout", rollout.rollout, "Manage the rollout of a resource"),
    Verb("scale", write.scale, "Set a new size for a deployment or replica set"),
    Verb("autoscale", creators.autoscale, "Auto-scale a deployment, replica set, stateful set, or replication controller"),
    Verb("certificate", misc.certificate, "Modify certificate resources"),
    Verb("cluster-info", look.cluster_info, "Display cluster information"),
    Verb("top", top.top, "Display resource (CPU/memory) usage"),
    Verb("cordon", nodes.cordon, "Mark node as unschedulable"),
    Verb("uncordon", nodes.uncordon, "Mark node as schedulable"),
    Verb("drain", nodes.drain, "Drain node in preparation for maintenance"),
    Verb("taint", nodes.taint, "Update the taints on one or more nodes"),
    Verb("describe", describe.describe, "Show details of a specific resource or group of resources"),
    Verb("logs", logs.logs, "Print the logs for a container in a pod"),
    Verb("attach", attaching.attach, "Attach to a running container"),
    Verb("exec", attaching.exec_, "Execute a command in a container"),
    Verb("port-forward", forward.port_forward, "Forward one or more local ports to a pod"),
    Verb("proxy", forward.proxy, "Run a proxy to the Kubernetes API server"),
    Verb("cp", attaching.cp, "Copy files to and from containers"),
    Verb("auth", auth.auth, "Inspect authorization"),
    Verb("debug", debugging.debug, "Create debugging sessions for troubleshooting workloads and nodes"),
    Verb("events", events.events, "List events"),
    Verb("diff", apply.diff, "Diff the live version against a would-be applied version"),
    Verb("apply", apply.apply, "Apply a configuration to a resource by file name or stdin"),
    Verb("patch", write.patch, "Update fields of a resource"),
    Verb("replace", write.replace, "Replace a resource by file name or stdin"),
    Verb("wait", wait.wait, "Wait for a specific condition on one or many resources"),
    Verb("kustomize", misc.kustomize, "Build a kustomization target from a directory"),
    Verb("label", write.label, "Update the labels on a resource"),
    Verb("annotate", write.annotate, "Update the annotations on a resource"),
    Verb("completion", misc.completion, "Say how the command line is completed here"),
    Verb("api-resources", look.api_resources, "Print the supported API resources on the server"),
    Verb("api-versions", look.api_versions, "Print the supported API versions on the server"),
    Verb("config", config.config, "Modify kubeconfig files"),
    Verb("plugin", misc.plugin, "Say which plugins there are: none"),
    Verb("version", look.version, "Print the client and server version information"),
    Verb("options", misc.options, "List the flags that every command takes"),
    Verb("alpha", misc.alpha, "Commands that may change; none is modelled"),
    Verb("kuberc", misc.kuberc, "Preferences; not modelled"),
)
BY_NAME = {verb.name: verb for verb in VERBS}
MEANT = {"get": ("list", "ps"), "delete": ("rm",)}
"""Other words for a command, which it is suggested for. Models the SuggestFor of kubectl/pkg/cmd (1.36)."""
NEAR = 2
"""How far a word may be from a command that it is taken for. Models cobra's SuggestionsMinimumDistance."""
PLAIN = ("error:", "Error from", "The ", "You must", "Create a", "Manage the", "Configure", "Display", "Unable to", "the server")
"""How refusals begin that are whole already."""


def program(ports: Ports) -> Program:
    """Return kubectl as a program of the shell."""

    def run(invocation: Invocation) -> Any:
        return _run(invocation, ports)

    return Program(run, complete=lambda words: completions(words, ports, [verb.name for verb in VERBS]), resume=lambda state: resumed(state, ports), summary="the Kubernetes command line")


def _run(invocation: Invocation, ports: Ports) -> Any:
    argv = list(invocation.argv[1:])
    if argv and argv[0] in ("help", "--help", "-h"):
        argv = [*argv[1:], "--help"] if len(argv) > 1 and argv[0] == "help" else []
    words = plain_words(argv, 4)
    if not words:
        return Outcome(_help())
    verb = BY_NAME.get(words[0])
    if verb is None:
        return Outcome("", _unknown(words[0]), 1)
    path = command_path(words) or words[0]
    call = Call(Parsed([]), ports, invocation.files, invocation.stdin, words[0], invocation.variables, invocation.run)
    try:
        call.parsed = parse(_without(argv, words[0]), flags_of(path), path)
        if call.parsed.get("request-timeout") and not re.fullmatch(r"\d+(s|m|h|ms)?", call.parsed.get("request-timeout")):
            raise Usage("error: Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)")
        if call.parsed.has("help"):
            return Outcome(command_help(path, verb.help))
        if call.parsed.get("template") and "output" not in call.parsed.flags:
            call.parsed.flags["output"] = ["go-template"]
        if call.parsed.all("as-group") and not call.parsed.get("as"):
            raise Usage(f"error: requesting uid, groups or user-extra for {call.who[0]} without impersonating a user")
        _settle_dry_run(call)
        if "record" in call.parsed.flags:
            call.err.append("Flag --record has been deprecated, --record will be removed in the future\n")
        if words[0] not in OFFLINE:
            _check_names(call, path)
        result = verb.run(call)
    except Usage as usage:
        text = str(usage)
        plain = isinstance(usage, Bare) or text.startswith(PLAIN)
        return _ended(call, (text if plain else f"error: {text}") + ("" if text.endswith("\n") else "\n"), 2 if path == "diff" else usage.status)
    except ApiError as error:
        return _ended(call, get.server_text(error) + "\n", 2 if path == "diff" else 1)
    except LimitExceeded as limit:
        return _ended(call, f"learnk8s: {limit}\n", 1)
    for unread in call.late:
        call.complain(str(unread))
    if isinstance(result, look.Enter):
        return Outcome(ports.enter(result))
    if result is None:
        return _ended(call, "", call.status)
    return result if isinstance(result, Editor) else _Printing(result, "".join([*call.printed, *call.gathered]))


def _ended(call: Call, last: str, status: int) -> Outcome:
    """Return what a command printed, and the error that ended it."""
    return Outcome("".join(call.out), "".join(call.err) + last, status, screen="".join([*call.printed, *call.gathered]) + last)


OFFLINE = ("config", "kustomize", "completion", "plugin", "options", "explain")
"""Commands for which no cluster is looked up in the configuration."""


def _settle_dry_run(call: Call) -> None:
    """Read the truth values that --dry-run once took. Models kubectl/pkg/cmd/util/helpers.go: GetDryRunStrategy (1.36)."""
    given = call.parsed.get("dry-run")
    meant = {"true": "client", "false": "none"}.get(given)
    if meant:
        call.parsed.flags["dry-run"] = [meant]
        call.err.append(f"{call.ports.clock.moment().strftime('W%m%d %H:%M:%S.%f')}    4711 helpers.go:733] --dry-run={given} is deprecated (boolean value) and can be replaced with --dry-run={meant}.\n")


def _check_names(call: Call, path: str) -> None:
    """Refuse names of contexts, clusters and users that the configuration does not know. Raises Usage. Models client-go/tools/clientcmd (1.36).

    A command with a flag of the same name means its own: `create rolebinding --user` names a subject.
    """
    own = own_flags(path)
    for flag, words in (("context", "Error in configuration: context was not found for specified context: {}"), ("cluster", 'error: no server found for cluster "{}"'), ("user", 'error: auth info "{}" does not exist')):
        name = call.parsed.get(flag)
        if name and flag not in own and entry(load(call.ports.context), f"{flag}s", name) is None:
            raise Bare(words.format(name))


def _without(argv: list[str], word: str) -> list[str]:
    """Return the arguments without the verb."""
    place = argv.index(word)
    return [*argv[:place], *argv[place + 1 :]]


class _Printing:
    """A job that first prints what its command had said before it began to wait."""

    def __init__(self, job: Any, first: str) -> None:
        self._job, self._first = job, first

    @property
    def wake_ms(self) -> int | None:
        return self._job.wake_ms  # type: ignore[no-any-return]  # jobs are of several kinds

    @property
    def serves(self) -> dict[str, Any] | None:
        """Return which local ports the job serves, or None."""
        return getattr(self._job, "serves", None)

    def poll(self) -> tuple[str, int | None]:
        first, self._first = self._first, ""
        text, status = self._job.poll()
        return first + text, status

    def dump(self) -> dict[str, Any]:
        return self._job.dump()  # type: ignore[no-any-return]


def _unknown(name: str) -> str:
    near = [verb.name for verb in VERBS if verb.name.startswith(name) or _steps(name, verb.name) <= NEAR or name in MEANT.get(verb.name, ())]
    hint = "\n\nDid you mean this?\n" + "".join(f"\t{word}\n" for word in near) if near else "\n"
    return f'error: unknown command "{name}" for "kubectl"{hint}'


def _steps(one: str, two: str) -> int:
    """Return how many letters must be changed to make one word of the other (Levenshtein)."""
    row = list(range(len(two) + 1))
    for place, letter in enumerate(one[:40], start=1):
        before, row[0] = row[0], place
        for index, other in enumerate(two, start=1):
            before, row[index] = row[index], min(row[index] + 1, row[index - 1] + 1, before + (letter != other))
    return row[-1]


def _help() -> str:
    rows = [f"  {verb.name:<14} {verb.help}" for verb in VERBS]
    return "kubectl controls the Kubernetes cluster manager.\n\nCommands of this sandbox:\n" + "\n".join(rows) + "\n\nUsage:\n  kubectl [flags] [options]\n\nUse \"kubectl <command> --help\" for the flags of a command.\n"
