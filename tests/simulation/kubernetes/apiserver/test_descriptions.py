"""What is said of types and fields: it belongs to some, and nothing that learners meet most goes unsaid."""

import pytest

from learnk8s.simulation.kubernetes.objects.descriptions import EVERYWHERE, book, of_field, of_type
from learnk8s.simulation.kubernetes.objects.schema import fields

OF_EVERY_OBJECT = {"apiVersion", "kind", "metadata"}
MET_MOST = ("core_v1.PodSpec", "core_v1.Container", "core_v1.Probe", "core_v1.ResourceRequirements", "core_v1.SecurityContext", "core_v1.EnvVar", "core_v1.VolumeMount", "core_v1.Toleration", "core_v1.ServiceSpec", "core_v1.ServicePort",
            "core_v1.ConfigMap", "core_v1.Secret", "core_v1.PersistentVolumeClaimSpec", "core_v1.ResourceQuotaSpec", "core_v1.LimitRangeItem", "core_v1.Taint", "apps_v1.DeploymentSpec", "apps_v1.DeploymentStrategy",
            "apps_v1.RollingUpdateDeployment", "apps_v1.StatefulSetSpec", "apps_v1.DaemonSetSpec", "batch_v1.JobSpec", "batch_v1.CronJobSpec", "networking_v1.IngressSpec", "networking_v1.HTTPIngressPath", "networking_v1.NetworkPolicySpec",
            "networking_v1.NetworkPolicyPeer", "autoscaling_v2.HorizontalPodAutoscalerSpec", "policy_v1.PodDisruptionBudgetSpec", "rbac_v1.PolicyRule", "rbac_v1.RoleBinding", "rbac_v1.Subject", "storage_v1.StorageClass", "meta_v1.ObjectMeta",
            "scheduling_v1.PriorityClass")


def test_every_word_is_about_a_type_or_field_that_there_is() -> None:
    found = book().fields
    assert not [f"{type_name}.{field}" for type_name, words in found.items() if type_name != EVERYWHERE for field in words if field not in fields(type_name)]
    assert all(text.endswith(".") for words in found.values() for text in words.values()) and all(text.endswith(".") for name, text in book().types.items() if name != EVERYWHERE)


@pytest.mark.parametrize("type_name", MET_MOST)
def test_no_field_that_learners_meet_goes_unsaid(type_name: str) -> None:
    assert of_type(type_name)
    assert not [field for field in fields(type_name) if field not in OF_EVERY_OBJECT and not of_field(type_name, field)]
