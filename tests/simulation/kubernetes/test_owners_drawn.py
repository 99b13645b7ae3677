"""What the picture says of owners is what kubectl would: how many of their pods are as they should be."""

from learnk8s.simulation.worlds import create


def test_every_kind_of_owner_counts_what_it_is_for():
    world = create("kubernetes", "self-healing", 1)
    for line in ("kubectl apply -f https://k8s.io/examples/application/basic-daemonset.yaml", "kubectl create job done --image=busybox -- true", "kubectl create job fails --image=busybox -- false", "kubectl patch job fails -p '{\"spec\":{\"backoffLimit\":0}}'"):
        world.execute(line)
    world.advance(world.now_ms + 90_000)
    drawn = {f"{owner['kind']}/{owner['name']}": (owner["word"], owner["health"]) for owner in world.scene()["owners"]}
    asked = world.execute("kubectl get daemonsets --no-headers").output.split()
    assert drawn["DaemonSet/" + asked[0]] == (f"{asked[3]}/{asked[1]}", "ok")
    assert drawn["Job/done"] == ("1/1", "ok")
    assert drawn["Job/fails"][0] == "0/1"
    assert drawn["Deployment/web"] == ("3/3", "ok")
