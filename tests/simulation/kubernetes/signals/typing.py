"""A learner's terminal in front of a new cluster: lines are typed, time passes, texts are read."""

from learnk8s.simulation.kubernetes.world import KubernetesWorld

LONGEST_MS = 600_000


def new_world(scenario="basics"):
    return KubernetesWorld.create(scenario, 1)


def typed(world, line, *, wait_s=0):
    """Type a line, wait for its end, and return all that it printed."""
    world.execute(line)
    until_ms = world.now_ms + LONGEST_MS
    while world.shell.running and (due_ms := world.next_due_ms()) is not None and due_ms <= until_ms:
        world.advance(due_ms)
    printed = world.output_since(0)[0]
    if world.shell.running:
        world.interrupt()
    wait(world, wait_s)
    return printed


def wait(world, seconds):
    world.advance(world.now_ms + int(seconds * 1000))


def put(manifest):
    """Return the line that applies a manifest."""
    return f"kubectl apply -f - <<'END'\n{manifest}\nEND"


def applied(world, manifest, *, wait_s=0):
    """Apply a manifest."""
    return typed(world, put(manifest), wait_s=wait_s)


def pod(name, image="busybox:1.36", script="sleep 36000", *, spec="", container="", labels=""):
    """Return a pod of one container; `spec` and `container` are more lines of YAML for either."""
    command = f"    command: [sh, -c, {script!r}]\n" if script else ""
    return f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  labels: {{app: {name}{', ' + labels if labels else ''}}}\nspec:\n{spec}  containers:\n  - name: main\n    image: {image}\n{command}{container}"


def word(world, name="web"):
    """Return the STATUS column of a pod."""
    return typed(world, f"kubectl get pod {name} --no-headers").split()[2]
