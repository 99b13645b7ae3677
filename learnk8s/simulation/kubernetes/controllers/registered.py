"""All controllers of the controller manager, in the order in which they are told of changes."""

from collections.abc import Callable

from learnk8s.simulation.kubernetes.control.loop import Controller
from learnk8s.simulation.kubernetes.controllers.admission_policies import AdmissionPolicyController
from learnk8s.simulation.kubernetes.apiserver.aggregation.reaching import Serve
from learnk8s.simulation.kubernetes.controllers.apiservices import APIServiceController, ListensAt
from learnk8s.simulation.kubernetes.controllers.autoscaler import AutoscalerController
from learnk8s.simulation.kubernetes.controllers.certificates import CertificateController
from learnk8s.simulation.kubernetes.controllers.cronjob import CronJobController
from learnk8s.simulation.kubernetes.controllers.customresources import CustomResourceController
from learnk8s.simulation.kubernetes.controllers.daemonset import DaemonSetController
from learnk8s.simulation.kubernetes.controllers.deployment.controller import DeploymentController
from learnk8s.simulation.kubernetes.controllers.disruption import DisruptionController
from learnk8s.simulation.kubernetes.controllers.endpoints import EndpointsController
from learnk8s.simulation.kubernetes.controllers.endpointslice import EndpointSliceController
from learnk8s.simulation.kubernetes.controllers.garbage_collector import GarbageCollector, PodGarbageCollector
from learnk8s.simulation.kubernetes.controllers.gateway import GatewayController
from learnk8s.simulation.kubernetes.controllers.ingress import IngressStatusController
from learnk8s.simulation.kubernetes.controllers.job import JobController
from learnk8s.simulation.kubernetes.controllers.loadbalancer import LoadBalancerController
from learnk8s.simulation.kubernetes.controllers.mirroring import EndpointSliceMirroringController, EphemeralVolumeController
from learnk8s.simulation.kubernetes.controllers.namespace import FurnishingController, KubernetesServiceController, NamespaceController
from learnk8s.simulation.kubernetes.controllers.node_lifecycle import NodeLifecycleController, TaintEvictionController
from learnk8s.simulation.kubernetes.controllers.persistentvolume import ExpansionController, PersistentVolumeController, ProtectionController, VolumePhaseController, VolumeProtectionController
from learnk8s.simulation.kubernetes.controllers.replicaset import ReplicaSetController, ReplicationController
from learnk8s.simulation.kubernetes.controllers.resourcequota import ClusterRoleAggregationController, ResourceQuotaController
from learnk8s.simulation.kubernetes.controllers.service_addresses import ServiceAddressController, ServiceRangeController
from learnk8s.simulation.kubernetes.controllers.statefulset import StatefulSetController
from learnk8s.simulation.kubernetes.controllers.token_secrets import TokenSecretController
from learnk8s.simulation.kubernetes.objects.document import Doc


def controllers(silent_since_ms: Callable[[str], int | None], usage: Callable[[Doc], tuple[int, int]] | None, serve: Serve, listens_at_ms: ListensAt) -> tuple[Controller, ...]:
    """Return the controllers; `silent_since_ms` says since when a node's heartbeats are missing, `usage` what a pod uses (None: no metrics are to be had), `serve` what its programs answer, `listens_at_ms` from when on."""
    return tuple(map(_kept_once, (
        DeploymentController(),
        ReplicaSetController(),
        ReplicationController(),
        StatefulSetController(),
        DaemonSetController(),
        JobController(),
        CronJobController(),
        DisruptionController(),
        AutoscalerController(usage),
        ResourceQuotaController(),
        PersistentVolumeController(provisions=usage is not None),
        VolumePhaseController(),
        ProtectionController(),
        VolumeProtectionController(),
        ExpansionController(),
        ClusterRoleAggregationController(),
        EndpointSliceController(),
        EndpointsController(),
        NodeLifecycleController(silent_since_ms),
        TaintEvictionController(),
        NamespaceController(),
        FurnishingController(),
        KubernetesServiceController(),
        ServiceAddressController(),
        ServiceRangeController(),
        TokenSecretController(),
        CustomResourceController(),
        APIServiceController(serve, listens_at_ms),
        AdmissionPolicyController(),
        CertificateController(),
        EndpointSliceMirroringController(),
        EphemeralVolumeController(),
        *((LoadBalancerController(), IngressStatusController(), GatewayController()) if usage is not None else ()),
        GarbageCollector(),
        PodGarbageCollector(),
    )))


_stateless: dict[type, Controller] = {}


def _kept_once(controller: Controller) -> Controller:
    """Return the one instance of a controller that has no state: all clusters share it."""
    return controller if vars(controller) else _stateless.setdefault(type(controller), controller)
