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


def test_a_cronjob_is_drawn_with_its_timetable_and_the_jobs_that_it_keeps():
    world = create("kubernetes", "self-healing", 1)
    world.execute("kubectl create cronjob hello --image=busybox --schedule='*/1 * * * *' -- date")
    world.advance(world.now_ms + 5 * 60_000)
    drawn = next(owner for owner in world.scene()["owners"] if owner["kind"] == "CronJob")
    assert (drawn["name"], drawn["word"], drawn["health"], drawn["desired"]) == ("hello", "*/1 * * * *", "ok", 0)
    kept = [line.split()[0] for line in world.execute("kubectl get jobs --no-headers").output.splitlines()]
    assert [job["name"] for job in drawn["children"]] == kept and len(kept) == 3
    assert {(job["word"], pod["kind"]) for job in drawn["children"] for pod in job["children"]} == {("1/1", "Pod")}
    world.execute("kubectl patch cronjob hello -p '{\"spec\":{\"suspend\":true}}'")
    drawn = next(owner for owner in world.scene()["owners"] if owner["kind"] == "CronJob")
    assert (drawn["word"], drawn["health"]) == ("suspended", "off")
