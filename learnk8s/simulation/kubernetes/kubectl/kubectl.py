"""kubectl itself: find the verb, read its flags, run it, and word every refusal as kubectl does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome, Program
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.kubectl.client import Call, Ports
from learnk8s.simulation.kubernetes.kubectl.completing import completions
from learnk8s.simulation.kubernetes.kubectl.flags import Bare, Flag, Parsed, Usage, parse, switch
from learnk8s.simulation.kubernetes.kubectl.verbs import apply, create, creators, describe, events, get, look, nodes, rollout, write
from learnk8s.simulation.kubernetes.kubectl.watching import resumed

OUTPUT = (Flag("output", "o"), switch("client"), Flag("namespaced"), Flag("api-group"), switch("no-headers"), switch("recursive"), switch("short"), Flag("api-version"), Flag("selector", "l"), switch("all-namespaces", "A"), Flag("sort-by"), switch("containers"),
          switch("minify"), switch("raw"), switch("current"), switch("quiet", "q"), switch("list"), Flag("verbs"), switch("cached"), Flag("subresource"))


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: its name, its function, its flags, one sentence of help."""

    name: str
    run: Callable[[Call], Any]
    flags: tuple[Flag, ...]
    help: str


VERBS: tuple[Verb, ...] = (
    Verb("create", create.create, create.FLAGS, "Create a resource from a file or from stdin"),
    Verb("expose", create.expose, create.EXPOSE_FLAGS, "Take a workload and expose it as a new Kubernetes service"),
    Verb("run", create.run, create.RUN_FLAGS, "Run a particular image on the cluster"),
    Verb("set", write.set_, write.SET_FLAGS, "Set specific features on objects"),
    Verb("explain", look.explain, OUTPUT, "Get documentation for a resource"),
    Verb("get", get.run, get.FLAGS, "Display one or many resources"),
    Verb("delete", write.delete, write.DELETE_FLAGS, "Delete resources by file names, stdin, resources and names, or by label selector"),
    Verb("rollout", rollout.rollout, rollout.FLAGS, "Manage the rollout of a resource"),
    Verb("scale", write.scale, write.SCALE_FLAGS, "Set a new size for a deployment or replica set"),
    Verb("autoscale", creators.autoscale, creators.AUTOSCALE_FLAGS, "Auto-scale a deployment, replica set, stateful set, or replication controller"),
    Verb("cluster-info", look.cluster_info, OUTPUT, "Display cluster information"),
    Verb("top", look.top, OUTPUT, "Display resource (CPU/memory) usage"),
    Verb("cordon", nodes.cordon, nodes.FLAGS, "Mark node as unschedulable"),
    Verb("uncordon", nodes.uncordon, nodes.FLAGS, "Mark node as schedulable"),
    Verb("drain", nodes.drain, nodes.FLAGS, "Drain node in preparation for maintenance"),
    Verb("taint", nodes.taint, nodes.FLAGS, "Update the taints on one or more nodes"),
    Verb("describe", describe.describe, describe.FLAGS, "Show details of a specific resource or group of resources"),
    Verb("logs", look.logs, look.LOG_FLAGS, "Print the logs for a container in a pod"),
    Verb("exec", look.exec_, look.EXEC_FLAGS, "Execute a command in a container"),
    Verb("events", events.events, events.FLAGS, "List events"),
    Verb("auth", look.auth, OUTPUT, "Inspect authorization"),
    Verb("apply", apply.apply, apply.FLAGS, "Apply a configuration to a resource by file name or stdin"),
    Verb("diff", apply.diff, apply.DIFF_FLAGS, "Diff the live version against a would-be applied version"),
    Verb("patch", write.patch, write.PATCH_FLAGS, "Update fields of a resource"),
    Verb("replace", write.replace, write.REPLACE_FLAGS, "Replace a resource by file name or stdin"),
    Verb("wait", look.wait, look.WAIT_FLAGS, "Wait for a specific condition on one or many resources"),
    Verb("label", write.label, write.CHANGE_FLAGS, "Update the labels on a resource"),
    Verb("annotate", write.annotate, write.CHANGE_FLAGS, "Update the annotations on a resource"),
    Verb("api-resources", look.api_resources, OUTPUT, "Print the supported API resources on the server"),
    Verb("api-versions", look.api_versions, OUTPUT, "Print the supported API versions on the server"),
    Verb("config", look.config, OUTPUT, "Modify kubeconfig files"),
    Verb("version", look.version, OUTPUT, "Print the client and server version information"),
)
BY_NAME = {verb.name: verb for verb in VERBS}
NOT_MODELLED = {
    "edit": "use the YAML panel of the page, which shows and applies an object's YAML", "port-forward": "use `curl` with the Service's or pod's address; everything is reachable from this terminal",
    "attach": "use kubectl logs -f", "cp": "use kubectl exec", "debug": "use kubectl exec", "proxy": "use kubectl get, or curl with the pod's address", "certificate": "", "kustomize": "", 
    "completion": "press Tab", "plugin": "", "alpha": "", "krew": "",
}


def program(ports: Ports, enter: Callable[[look.Enter], str]) -> Program:
    """Return kubectl as a program of the shell; `enter` begins an interactive shell in a container."""

    def run(invocation: Invocation) -> Any:
        return _run(invocation, ports, enter)

    return Program(run, complete=lambda words: completions(words, ports, [verb.name for verb in VERBS]), resume=lambda state: resumed(state, ports), summary="the Kubernetes command line")


def _run(invocation: Invocation, ports: Ports, enter: Callable[[look.Enter], str]) -> Any:
    argv = list(invocation.argv[1:])
    before: list[str] = []
    while argv and argv[0].startswith("-") and argv[0] not in ("--help", "-h"):
        before.append(argv.pop(0))
        if before[-1] in ("-n", "--namespace", "--context", "--as") and argv:
            before.append(argv.pop(0))
    if not argv or argv[0] in ("help", "--help", "-h", "options"):
        return Outcome(_help())
    name, *rest = argv
    verb = BY_NAME.get(name)
    if verb is None:
        return Outcome("", _unknown(name), 1)
    call = Call(Parsed([]), ports, invocation.files, invocation.stdin, name)
    try:
        call.parsed = parse([*before, *rest], verb.flags, name)
        if call.parsed.has("help"):
            return Outcome(f"{verb.help}.\n\nFlags: {', '.join('--' + flag.name for flag in verb.flags)}\n")
        result = verb.run(call)
    except Usage as usage:
        text = str(usage)
        plain = isinstance(usage, Bare) or text.startswith(("error:", "Error from", "The ", "You must", "Create a", "Manage the", "Configure", "Display"))
        return Outcome("".join(call.out), "".join(call.err) + (text if plain else f"error: {text}") + ("" if text.endswith("\n") else "\n"), 1)
    except ApiError as error:
        return Outcome("".join(call.out), "".join(call.err) + get.server_text(error) + "\n", 1)
    except LimitExceeded as limit:
        return Outcome("".join(call.out), "".join(call.err) + f"learnk8s: {limit}\n", 1)
    if isinstance(result, look.Enter):
        return Outcome(enter(result))
    if result is not None:
        return _Printing(result, "".join(call.out) + "".join(call.err))
    return Outcome("".join(call.out), "".join(call.err), call.status)


class _Printing:
    """A job that first prints what its command had said before it began to wait."""

    def __init__(self, job: Any, first: str) -> None:
        self._job, self._first = job, first

    @property
    def wake_ms(self) -> int | None:
        return self._job.wake_ms  # type: ignore[no-any-return]  # jobs are of several kinds

    def poll(self) -> tuple[str, int | None]:
        first, self._first = self._first, ""
        text, status = self._job.poll()
        return first + text, status

    def dump(self) -> dict[str, Any]:
        return self._job.dump()  # type: ignore[no-any-return]


def _unknown(name: str) -> str:
    if name in NOT_MODELLED:
        advice = NOT_MODELLED[name]
        return f"error: kubectl {name} is not modelled in this sandbox{'; ' + advice if advice else ''}\n"
    near = get_close_matches(name, [verb.name for verb in VERBS], n=3, cutoff=0.6)
    hint = "\n\nDid you mean this?\n" + "".join(f"\t{word}\n" for word in near) if near else "\n"
    return f'error: unknown command "{name}" for "kubectl"{hint}'


def _help() -> str:
    rows: Sequence[str] = [f"  {verb.name:<14} {verb.help}" for verb in VERBS]
    return "kubectl controls the Kubernetes cluster manager.\n\nCommands of this sandbox:\n" + "\n".join(rows) + "\n\nUsage:\n  kubectl [flags] [options]\n\nUse \"kubectl <command> --help\" for the flags of a command.\n"
