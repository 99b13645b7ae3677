"""The API server: decode, authorise, default, admit, validate, store.

Two kinds of door. `handle` takes any request and checks everything; clients come through it. The trusted doors (`create`, `update`, `update_status`, `bind`,
`delete`, `record`) are for the components of the cluster: the same effects on the object without decoding and validating what comes from a
validated template.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from learnk8s.simulation.kubernetes.apiserver import errors, limits, podsecurity, quota
from learnk8s.simulation.kubernetes.apiserver.addresses import allocated
from learnk8s.simulation.kubernetes.apiserver.admission import MIRROR, Admission, qos_class
from learnk8s.simulation.kubernetes.apiserver.aggregation import registration
from learnk8s.simulation.kubernetes.apiserver.aggregation.extensions import Extensions
from learnk8s.simulation.kubernetes.apiserver.custom import definition_rules
from learnk8s.simulation.kubernetes.apiserver.custom.conversion import converter
from learnk8s.simulation.kubernetes.apiserver.custom.definitions import CLEANUP, DEFINITIONS, CustomKind, CustomKinds, as_served
from learnk8s.simulation.kubernetes.apiserver.custom.naming import ending_status
from learnk8s.simulation.kubernetes.apiserver.custom.shaping import pruned
from learnk8s.simulation.kubernetes.apiserver.defaults import defaulted
from learnk8s.simulation.kubernetes.apiserver.pod_defaults import GRACE_S
from learnk8s.simulation.kubernetes.apiserver.errors import ANY_VERSION, STALE
from learnk8s.simulation.kubernetes.apiserver.managed import managers
from learnk8s.simulation.kubernetes.apiserver.older_versions import OLDER
from learnk8s.simulation.kubernetes.apiserver.networking.defaults import INGRESS, with_ingress_class
from learnk8s.simulation.kubernetes.apiserver.policies import asking
from learnk8s.simulation.kubernetes.apiserver.policy import bootstrap
from learnk8s.simulation.kubernetes.apiserver.request import Request, Response
from learnk8s.simulation.kubernetes.apiserver.storage import defaults as storage
from learnk8s.simulation.kubernetes.apiserver.workloads.defaults import FIRST_STATUS, with_job_labels
from learnk8s.simulation.kubernetes.apiserver.workloads.defaults import WITH_GENERATION as WORKLOADS
from learnk8s.simulation.kubernetes.apiserver.scheduling_fields import GATED, with_label_keys
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE, KINDS, Kind
from learnk8s.simulation.kubernetes.store.store import Store

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.apiserver.wire.watch import WatchLog

WITH_GENERATION = WORKLOADS | {"endpointslices.discovery.k8s.io", "ingresses.networking.k8s.io", "networkpolicies.networking.k8s.io", "ingressclasses.networking.k8s.io", "priorityclasses.scheduling.k8s.io",
                               "customresourcedefinitions.apiextensions.k8s.io", "mutatingwebhookconfigurations.admissionregistration.k8s.io", "validatingwebhookconfigurations.admissionregistration.k8s.io",
                               "validatingadmissionpolicies.admissionregistration.k8s.io", "validatingadmissionpolicybindings.admissionregistration.k8s.io", "podtemplates", "deviceclasses.resource.k8s.io"}
"""Kinds whose objects count the changes of their spec."""
SERVED = (*KINDS, *OLDER)
STORED = tuple(storage.PROTECTION)
FINALIZER_OF = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}
STATUS_RESOURCES = frozenset(kind.resource for kind in BY_RESOURCE.values() if "status" in kind.subresources)


class NodePort(Protocol):
    """What the API server asks the kubelets for."""

    def logs(self, namespace: str, pod: str, container: str = "", *, previous: bool = False, tail: int | None = None, since_s: int | None = None,
             timestamps: bool = False, limit_bytes: int | None = None) -> str: ...

    def exec(self, namespace: str, pod: str, container: str, argv: list[str], stdin: str = "", session: dict[str, Any] | None = None) -> Any: ...

    def attach(self, namespace: str, pod: str, container: str, line: str, session: dict[str, Any], *, ends: bool = False) -> Any: ...

    def check_process(self, namespace: str, pod: str, container: str, *, to: str = "exec") -> bool: ...


class ApiServer:
    """The one door to the store."""

    nodes: NodePort

    def __init__(self, store: Store) -> None:
        self.store = store
        store.built_in = bootstrap.DOCUMENTS
        self.admission = Admission(store)
        self.extensions = Extensions(store, lambda: self.serve)
        self.custom = CustomKinds(store, partial(converter, self), self.extensions.kinds)
        self.hooks: tuple[Callable[[Doc, str, Doc], Doc | None], ...] = ()
        """Programs that answer admission reviews: of a pod, a path and a review they make an answer, or None."""
        self.serve: Callable[..., tuple[int, str] | None] | None = None
        """Asks the program in a pod: of namespace, pod, port, path, method and, by name, body and whether it may act, it makes status and body, or None if nothing listens."""
        self.warnings: list[str] = []
        """What admission warns of while a request is carried out."""
        self.log: WatchLog | None = None
        self.tells_parity = True
        """Whether clients are warned of what this simulation does not model; not where answers are held against a real cluster's."""
        self.outage = ""
        """Which part keeps clients from being served: kube-apiserver, etcd or none."""
        self.usage: Callable[[Doc], tuple[int, int]] | None = None
        """What a pod uses, in millicores and bytes; None where no metrics server runs."""

    # What is served

    def kinds(self) -> tuple[Kind, ...]:
        """Return the kinds that this server serves."""
        custom = self.custom.all()
        return (*SERVED, *custom) if custom else SERVED

    def kind_of(self, resource: str, version: str = "") -> Kind | None:
        """Return the kind that is stored under a key and served in a version; without a version, the one that is stored."""
        kind = BY_RESOURCE.get(resource)
        if kind is None:
            return self.custom.named(resource, version)
        if not version or kind.version == version:
            return kind
        return next((older for older in OLDER if (older.resource, older.version) == (resource, version)), None)

    def custom_kind(self, resource: str) -> CustomKind | None:
        """Return the custom kind that is stored under a key, or None."""
        return None if resource in BY_RESOURCE else self.custom.named(resource)

    def shown(self, kind: Kind, doc: Doc) -> Doc:
        """Return a stored document as clients see it now."""
        return managers.seen(kind, as_served(kind, self.store.shown(kind.resource, doc)))

    # Trusted doors

    def create(self, resource: str, doc: Doc, *, uid: str | None = None, request: Request | None = None) -> Doc:
        """Store a new object; its metadata is completed. Raises ApiError if the name is taken or the namespace refuses.

        `uid` is given if it was chosen before, because the object's spec names it; `request` if a client asks, whose attempt mutating policies have seen before.
        """
        if request is None and asking.asks_anybody(self.store):
            doc = self.as_admitted(asking.CREATE, resource, doc, None, None)
        metadata = self.new_metadata(resource, doc["metadata"])
        if uid is not None:
            metadata["uid"] = uid
        elif resource == "jobs.batch":
            doc = with_job_labels(doc, metadata["uid"])
        namespace, name = metadata.get("namespace", ""), metadata["name"]
        if namespace:
            self.admission.namespace(resource, namespace, name)
        prepared = self.prepared(resource, {**doc, "metadata": metadata})
        if resource == "namespaces":
            podsecurity.check_labels(prepared, None)
        self.ask(asking.CREATE, resource, prepared, None, request)
        limits.check(self.store, resource, prepared)
        quota.check(self.store, resource, prepared)
        if self.store.get(resource, namespace, name) is not None:
            raise errors.already_exists(resource, name)
        return self.store.put(resource, prepared)

    # Policies and webhooks

    def attempt(self, operation: str, resource: str, new: Doc | None, old: Doc | None, request: Request | None) -> asking.Attempt | None:
        """Return an attempt as policies see it, or None if there is nobody to ask."""
        kind = self.kind_of(resource, request.version if request else "") if asking.asks_anybody(self.store) else None
        if kind is None:
            return None
        metadata = (new or old or {}).get("metadata", {})
        who = {"user": request.user, "groups": request.groups, "is_dry": bool(request.options.get("dryRun")), "subresource": request.subresource} if request else {}
        return asking.Attempt(operation, kind, metadata.get("namespace", ""), metadata.get("name", ""), new, old, **who)

    def as_admitted(self, operation: str, resource: str, new: Doc, old: Doc | None, request: Request | None) -> Doc:
        """Return an object as mutating policies and webhooks want it. Raises ApiError."""
        attempt = self.attempt(operation, resource, new, old, request)
        if attempt is None:
            return new
        changed = asking.changed(self, attempt)
        return pruned(attempt.kind, changed) if isinstance(attempt.kind, CustomKind) and changed is not new else changed

    def ask(self, operation: str, resource: str, new: Doc | None, old: Doc | None, request: Request | None) -> None:
        """Ask validating policies and webhooks. Raises ApiError if one says no."""
        attempt = self.attempt(operation, resource, new, old, request)
        if attempt is not None:
            self.warnings += asking.checked(self, attempt)

    def prepared(self, resource: str, doc: Doc) -> Doc:
        """Return a new document with defaults, what admission adds, addresses and a first status."""
        metadata = doc["metadata"]
        if resource == "pods":
            self.admission.check(metadata, doc["spec"])
            notes: list[str] = []
            given = limits.with_defaults(self.store, metadata.get("namespace", ""), doc["spec"], notes)
            if notes:
                metadata["annotations"] = {**(metadata.get("annotations") or {}), "kubernetes.io/limit-ranger": f"LimitRanger plugin set: {'; '.join(notes)}"}
            spec = self.admission.pod_spec(given, metadata.get("namespace", ""), (metadata.get("ownerReferences") or [{}])[0].get("uid") or metadata["name"], is_mirror=MIRROR in (metadata.get("annotations") or {}))
            spec = with_label_keys(spec, metadata.get("labels") or {})
            podsecurity.enforce(self.store, metadata.get("namespace", ""), metadata["name"], spec)
            gated = {"conditions": [GATED]} if spec.get("schedulingGates") else {}
            doc = {**doc, "spec": spec, "status": {"phase": "Pending", **gated, "qosClass": qos_class(spec)}}
            metadata["generation"] = 1
            return doc
        doc = defaulted(resource, doc)
        if resource == INGRESS:
            doc = with_ingress_class(doc, self.store)
        if resource == "services":
            doc = {**allocated(self.store, doc), "status": {"loadBalancer": {}}}
        elif resource in ("deployments.apps", "replicasets.apps"):
            doc = {**doc, "status": {}}
            doc["metadata"]["generation"] = 1
            if resource == "replicasets.apps":
                doc["status"] = {"replicas": 0}
        elif resource in STORED:
            doc = {**storage.admitted(resource, doc, self.store), "status": storage.first_status(resource, self.store.clock.timestamp())}
        elif resource in FIRST_STATUS:
            doc = {**doc, "status": FIRST_STATUS[resource]}
        elif resource == DEFINITIONS:
            doc = {**doc, "status": definition_rules.first_status(doc)}
        elif resource == registration.RESOURCE:
            doc = {**doc, "status": registration.first_status(doc, self.store.clock.timestamp())}
        custom = self.custom_kind(resource)
        if custom is not None and custom.has_status:
            doc = {key: value for key, value in doc.items() if key != "status"}
        if resource in WITH_GENERATION or custom is not None:
            doc["metadata"]["generation"] = 1
        return doc

    def new_metadata(self, resource: str, given: Mapping[str, Any]) -> Doc:
        """Return the metadata of a new object: name, uid and time are filled in, what only the server sets is dropped."""
        store = self.store
        metadata = {key: value for key, value in given.items() if key not in ("resourceVersion", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink")}
        if not metadata.get("name"):
            metadata["name"] = f"{metadata.get('generateName', '')[:58]}{store.dice.suffix('name')}"
        metadata["uid"] = store.dice.uid("object")
        metadata["creationTimestamp"] = store.clock.timestamp()
        if resource == "namespaces":
            metadata.pop("namespace", None)
        return metadata

    def update(self, resource: str, doc: Doc, *, by_client: bool = False, request: Request | None = None) -> Doc:
        """Replace an object but for its status (where it has a status subresource). Raises ApiError 409 for a stale version.

        A client's change of a Deployment's annotations is a new generation too. Models pkg/registry/apps/deployment/strategy.go.
        """
        old = self._existing(resource, doc["metadata"].get("namespace", ""), doc["metadata"]["name"])
        self.check_version(resource, old, doc["metadata"])
        changed = self.as_updated(resource, old, doc, by_client=by_client)
        if resource == "namespaces":
            podsecurity.check_labels(changed, old)
        self.ask(asking.UPDATE, resource, changed, old, request)
        return self._stored(resource, old, changed)

    def as_updated(self, resource: str, old: Doc, doc: Doc, *, by_client: bool) -> Doc:
        """Return an object as an update makes it: with the metadata, the status and the generation that are the server's to set."""
        doc = defaulted(resource, doc)
        changed = {**doc, "metadata": self._kept_metadata(old, doc["metadata"])}
        custom = self.custom_kind(resource)
        if resource in STATUS_RESOURCES or (custom is not None and custom.has_status):
            changed.pop("status", None)
            changed |= {"status": old["status"]} if "status" in old else {"status": {}} if custom is None else {}
        if resource == DEFINITIONS:
            changed = definition_rules.with_stored_version(changed)
        if resource == "services":
            changed = allocated(self.store, changed)
        annotated = by_client and resource == "deployments.apps" and changed["metadata"].get("annotations") != old["metadata"].get("annotations")
        if changed["metadata"].get("generation") is not None and (annotated or changed.get("spec") != old.get("spec") or (custom is not None and _content(changed, custom) != _content(old, custom))):
            changed["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1
        return changed

    def _stored(self, resource: str, old: Doc, changed: Doc) -> Doc:
        if self._may_go(resource, changed):
            self.store.put(resource, changed)
            return self.store.remove(resource, changed["metadata"].get("namespace", ""), changed["metadata"]["name"])
        if {**changed, "metadata": {**changed["metadata"], "resourceVersion": old["metadata"]["resourceVersion"]}} == old:
            return old
        return self.store.put(resource, changed)

    def _may_go(self, resource: str, doc: Doc) -> bool:
        metadata = doc["metadata"]
        if "deletionTimestamp" not in metadata or metadata.get("finalizers"):
            return False
        if resource == "namespaces":
            return not doc.get("spec", {}).get("finalizers")
        return not metadata.get("deletionGracePeriodSeconds")

    def _kept_metadata(self, old: Doc, new: Mapping[str, Any]) -> Doc:
        before = old["metadata"]
        metadata = {**new, "uid": before["uid"], "creationTimestamp": before["creationTimestamp"]}
        for key in ("deletionTimestamp", "deletionGracePeriodSeconds", "generation", "generateName"):
            if key in before:
                metadata[key] = before[key]
            else:
                metadata.pop(key, None)
        return metadata

    def _existing(self, resource: str, namespace: str, name: str) -> Doc:
        old = self.store.get(resource, namespace, name)
        if old is None:
            raise errors.not_found(resource, name)
        return old

    def check_version(self, resource: str, old: Doc, metadata: Mapping[str, Any]) -> None:
        """Refuse a write that was meant for another version of an object, or for another object of its name. Raises ApiError 409."""
        asked, uid = metadata.get("resourceVersion"), metadata.get("uid")
        if asked not in ANY_VERSION and asked != old["metadata"]["resourceVersion"]:
            raise errors.conflict(resource, old["metadata"]["name"], STALE)
        if uid and uid != old["metadata"]["uid"]:
            raise errors.conflict(resource, old["metadata"]["name"], f"Precondition failed: UID in precondition: {uid}, UID in object meta: {old['metadata']['uid']}")

    def update_status(self, resource: str, doc: Doc, status: Doc, *, metadata: Doc | None = None) -> Doc:
        """Replace an object's status, on whatever version of the object there is now; a client may change metadata with it."""
        place = doc["metadata"]
        old = self._existing(resource, place.get("namespace", ""), place["name"])
        if old.get("status") == status and metadata in (None, old["metadata"]):
            return old
        return self.store.put(resource, {**old, "status": status, "metadata": dict(metadata or old["metadata"])})

    def bind(self, pod: Doc, node: str) -> Doc:
        """Put a pod on a node. Raises ApiError 409 if it has one already. Models BindingREST."""
        old = self._existing("pods", pod["metadata"]["namespace"], pod["metadata"]["name"])
        if old["spec"].get("nodeName"):
            raise errors.conflict("pods/binding", pod["metadata"]["name"], f"pod {pod['metadata']['name']} is already assigned to node \"{old['spec']['nodeName']}\"")
        status = {key: value for key, value in old.get("status", {}).items() if key != "nominatedNodeName"}
        scheduled = {"type": "PodScheduled", "status": "True", "lastProbeTime": None, "lastTransitionTime": self.store.clock.timestamp()}
        others = [entry for entry in status.get("conditions", ()) if entry["type"] != "PodScheduled"]
        changed = {**old, "metadata": dict(old["metadata"]), "spec": self.admission.bound_spec(old["spec"], node), "status": {**status, "conditions": [*others, scheduled]}}
        return self.store.put("pods", changed)

    def delete(self, resource: str, namespace: str, name: str, *, grace_s: int | None = None, propagation: str = "Background", uid: str | None = None) -> Doc:
        """Delete an object, or mark it as going while finalizers or a grace period hold it; return its last state."""
        old = self._existing(resource, namespace, name)
        if uid is not None and uid != old["metadata"]["uid"]:
            raise errors.conflict(resource, name, f"Precondition failed: UID in precondition: {uid}, UID in object meta: {old['metadata']['uid']}")
        metadata = dict(old["metadata"])
        finalizers = self._finalizers(old, propagation)
        if resource == DEFINITIONS and CLEANUP not in finalizers and "deletionTimestamp" not in metadata:
            finalizers.append(CLEANUP)
            old = {**old, "status": ending_status(old, self.store.clock.timestamp(), done=False, first=True)}
        grace = self._grace_s(resource, old, grace_s)
        holds = bool(finalizers) or grace > 0 or (resource == "namespaces" and old.get("spec", {}).get("finalizers"))
        if not holds:
            return self.store.remove(resource, namespace, name)
        if "deletionTimestamp" in metadata and grace >= metadata.get("deletionGracePeriodSeconds", 0) and finalizers == list(metadata.get("finalizers", ())):
            return old
        metadata["deletionTimestamp"] = self.store.clock.timestamp(self.store.clock.now_ms + grace * 1000)
        if resource != "namespaces":
            metadata["deletionGracePeriodSeconds"] = grace
        if finalizers:
            metadata["finalizers"] = finalizers
        if "generation" in metadata and "deletionTimestamp" not in old["metadata"]:
            metadata["generation"] += 1
        changed = {**old, "metadata": metadata}
        if resource == "namespaces":
            changed["status"] = {**old.get("status", {}), "phase": "Terminating"}
        return self.store.put(resource, changed)

    def _finalizers(self, old: Doc, propagation: str) -> list[str]:
        kept = [word for word in old["metadata"].get("finalizers", ()) if word not in FINALIZER_OF.values() or "deletionTimestamp" in old["metadata"]]
        wanted = FINALIZER_OF.get(propagation)
        return kept if wanted is None or wanted in kept else [*kept, wanted]

    def _grace_s(self, resource: str, old: Doc, asked: int | None) -> int:
        """Pods on a node get time to end; all else goes at once. Models podStrategy.CheckGracefulDelete."""
        if resource != "pods":
            return 0
        grace = old["spec"].get("terminationGracePeriodSeconds", GRACE_S) if asked is None else max(asked, 0)
        if not old["spec"].get("nodeName") or old.get("status", {}).get("phase") in ("Succeeded", "Failed"):
            return 0
        return int(grace)

    def record(self, doc: Doc, type_: str, reason: str, message: str, *, component: str, host: str = "", field_path: str = "") -> None:
        """Write an event about an object."""
        metadata = doc["metadata"]
        about = (doc["kind"], doc["apiVersion"], metadata.get("namespace", ""), metadata["name"], metadata.get("uid", ""), field_path)
        self.store.record(about, type_, reason, message, component=component, host=host)

    # State beside the store

    def dump(self) -> Any:
        """Return why no client is served, if none is; all else is in the store."""
        return {"outage": self.outage}

    def load(self, dumped: Any) -> None:
        """Take back what `dump` returned."""
        self.outage = dumped["outage"]

    # The door for clients

    def handle(self, request: Request) -> Response:
        """Carry out any request. Raises ApiError, LimitExceeded."""
        if self.outage:
            raise errors.outage(self.outage)
        from learnk8s.simulation.kubernetes.apiserver.pipeline import handled

        return handled(self, request)

    def table(self, resource: str, docs: list[Doc], *, wide: bool = True, version: str = "") -> Doc:
        """Return the documents as a meta.k8s.io/v1 Table."""
        from learnk8s.simulation.kubernetes.apiserver.custom import columns
        from learnk8s.simulation.kubernetes.apiserver.tables import table_of

        custom = None if resource in BY_RESOURCE else self.custom.named(resource, version)
        if custom is not None:
            return columns.table_of(self.store, custom, docs, wide=wide)
        return table_of(self.store, resource, docs, wide=wide)


def _content(doc: Doc, kind: CustomKind) -> Doc:
    """Return what counts as a new generation of a custom object: all but metadata and a status that is written apart."""
    return {key: value for key, value in doc.items() if key not in ("metadata", "apiVersion") and not (key == "status" and kind.has_status)}
