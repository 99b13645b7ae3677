"""Handlers: what postStart, preStop and exec probes run, and how long it takes. Models pkg/kubelet/lifecycle (1.36)."""

from dataclasses import dataclass

from learnk8s.simulation.kubernetes.kubelet.probing import Probing
from learnk8s.simulation.kubernetes.kubelet.probes import port_number
from learnk8s.simulation.kubernetes.kubelet.processes import run_in
from learnk8s.simulation.kubernetes.kubelet.pulling import Pulling
from learnk8s.simulation.kubernetes.kubelet.runtime import ContainerRecord, PodRecord
from learnk8s.simulation.kubernetes.objects.document import Doc


@dataclass(frozen=True, slots=True)
class Handled:
    """What came of a handler."""

    took_ms: int
    succeeded: bool = True
    message: str = ""


class Hooks(Probing, Pulling):
    """The two hooks of a container's life."""

    def _handle(self, pod: Doc, record: PodRecord, entry: ContainerRecord, handler: Doc) -> Handled:
        if "sleep" in handler:
            return Handled(int(handler["sleep"].get("seconds", 0)) * 1000)
        if "exec" in handler:
            found = run_in(self, pod, record, entry, list(handler["exec"].get("command") or ()))
            return Handled(found.took_ms, found.status == 0, (found.stdout + found.stderr).strip())
        if "httpGet" in handler:
            port = port_number(self.spec_of(pod, entry.name), handler["httpGet"].get("port"))
            path, host = handler["httpGet"].get("path", "/"), handler["httpGet"].get("host") or record.ip
            scheme = handler["httpGet"].get("scheme", "HTTP").lower()
            if host == record.ip:
                reached = self.serve(record.namespace, record.name, port, path, "GET", acts=True) is not None
            else:
                reached = self.network(pod, ["curl", "-s", "-k", "-m", "30", f"{scheme}://{host}:{port}{path}"]).status == 0
            return Handled(5, reached, "" if reached else f'Get "{scheme}://{host}:{port}{path}": dial tcp {host}:{port}: connect: connection refused')
        return Handled(0)

    def _before_stop(self, pod: Doc, record: PodRecord, entry: ContainerRecord, grace_ms: int) -> Handled:
        handler = (self.spec_of(pod, entry.name).get("lifecycle") or {}).get("preStop")
        if not handler or self.bare:
            return Handled(0)
        handled = self._handle(pod, record, entry, handler)
        if not handled.succeeded:
            self._event(pod, record, "Warning", "FailedPreStopHook", "PreStopHook failed", entry.name)
        return handled

    def _after_start(self, pod: Doc, record: PodRecord, entry: ContainerRecord) -> Handled:
        handler = (self.spec_of(pod, entry.name).get("lifecycle") or {}).get("postStart")
        if not handler or self.bare:
            return Handled(0)
        return self._handle(pod, record, entry, handler)

    def serve(self, namespace: str, pod: str, port: int, path: str, method: str, host: str = "", client: str = "", *, body: str = "", acts: bool | None = None) -> tuple[int, str] | None:
        """Return what answers on a pod's port."""
        raise NotImplementedError


__all__ = ["Handled", "Hooks"]
