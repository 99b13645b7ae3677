"""Addresses of the playground."""

from django.urls import path, register_converter

from learnk8s.playground import access, asking, views


class SandboxId:
    """The short name of a sandbox."""

    regex = "[2-9a-z]{10}"

    def to_python(self, value: str) -> str:
        """Return the name."""
        return value

    def to_url(self, value: str) -> str:
        """Return the name."""
        return value


register_converter(SandboxId, "sandbox")
app_name = "playground"
urlpatterns = [
    path("", views.index, name="index"),
    path("shared/<str:token>/<int:at_ms>/", views.shared, name="shared"),
    path("shared/<str:token>/<int:at_ms>/fork/", views.fork_shared, name="fork-shared"),
    path("compare/", asking.compare, name="compare"),
    path("claim/<str:token>/", access.claim, name="claim"),
    path("<sandbox:sandbox_id>/", views.sandbox, name="sandbox"),
    path("<sandbox:sandbox_id>/api/", access.change, name="api"),
    path("<sandbox:sandbox_id>/kubeconfig/", access.download, name="kubeconfig"),
    path("<sandbox:sandbox_id>/look/", views.look, name="look"),
    path("<sandbox:sandbox_id>/run/", views.run, name="run"),
    path("<sandbox:sandbox_id>/words/", views.words, name="words"),
    path("<sandbox:sandbox_id>/complete/", views.complete, name="complete"),
    path("<sandbox:sandbox_id>/act/", views.act, name="act"),
    path("<sandbox:sandbox_id>/apply/", views.apply, name="apply"),
    path("<sandbox:sandbox_id>/clock/", views.clock, name="clock"),
    path("<sandbox:sandbox_id>/forecast/", asking.forecast, name="forecast"),
    path("<sandbox:sandbox_id>/cluster/", asking.cluster, name="cluster"),
    path("<sandbox:sandbox_id>/fork-and-compare/", asking.fork_and_compare, name="fork-and-compare"),
    path("<sandbox:sandbox_id>/manage/", views.manage, name="manage"),
    path("<sandbox:sandbox_id>/hand-over/", views.hand_over, name="hand-over"),
    path("<sandbox:sandbox_id>/<str:how>/", views.travel, name="travel"),
]
