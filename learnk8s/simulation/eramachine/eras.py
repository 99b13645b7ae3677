"""All eras that the machine runs, in the order of history."""

from learnk8s.simulation.eramachine.cloud_era import CloudEra
from learnk8s.simulation.eramachine.docker_era import DockerEra
from learnk8s.simulation.eramachine.era import Era
from learnk8s.simulation.eramachine.fleet_era import FleetEra
from learnk8s.simulation.eramachine.hypervisor_era import HypervisorEra
from learnk8s.simulation.eramachine.kubernetes_era import KubernetesEra
from learnk8s.simulation.eramachine.linux_era import LinuxEra

ERAS: tuple[Era, ...] = (LinuxEra(), HypervisorEra(), DockerEra(), FleetEra(), KubernetesEra(), CloudEra())
