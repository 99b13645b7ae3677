"""openstack stack ...: create, update, list, show, delete, resource list, from a Heat template of servers."""

from typing import Any

from learnk8s.simulation.hypervisor.datacentre import Datacentre
from learnk8s.simulation.hypervisor.jobs import POLLS, Waiting
from learnk8s.simulation.hypervisor.nova import NovaError, servers_of
from learnk8s.simulation.hypervisor.openstack import tables
from learnk8s.simulation.hypervisor.openstack.command import Call, Command
from learnk8s.simulation.hypervisor.openstack.servers import PROJECT


def _template(call: Call) -> tuple[dict[str, dict[str, Any]], str]:
    name = call.text("--template")
    text = call.files.read(name) if name else None
    if text is None:
        raise NovaError(f"Could not fetch contents for file://{call.files.path(name)}")
    parameters = dict(word.partition("=")[::2] for word in call.many.get("--parameter", []))
    return servers_of(text, call.words[0], parameters)


def _fields(stack: dict[str, Any], racks: Datacentre) -> list[tuple[str, Any]]:
    stamp = racks.clock.timestamp
    return [("id", stack["id"]), ("stack_name", stack["name"]), ("description", stack["description"]), ("creation_time", stamp(stack["created_ms"])), ("updated_time", stamp(stack["updated_ms"]) if stack["updated_ms"] is not None else None),
            ("stack_status", stack["status"]), ("stack_status_reason", stack["reason"])]


def _shaped(call: Call, stack: dict[str, Any]) -> "str | Waiting":
    if call.has("--wait"):
        return Waiting(call.racks, {"kind": "stack", "name": stack["name"], "form": call.form, "columns": call.columns, "wake_ms": None})
    return tables.shown(_fields(stack, call.racks), call.form, call.columns)


def _create(call: Call) -> "str | Waiting":
    wanted, description = _template(call)
    return _shaped(call, call.nova.create_stack(call.words[0], wanted, description))


def _update(call: Call) -> "str | Waiting":
    stack = call.nova.stack(call.words[0])
    return _shaped(call, call.nova.update_stack(stack["name"], _template(call)[0]))


def _wait(racks: Datacentre, state: dict[str, Any]) -> tuple[str, int | None]:
    stack = racks.helpers["nova"].stacks.get(state["name"])
    if stack is None:
        return f"Stack not found: {state['name']}\n", 1
    if stack["status"].endswith("IN_PROGRESS"):
        return "", None
    return tables.shown(_fields(stack, racks), state["form"], state["columns"]), int(stack["status"].endswith("FAILED"))


POLLS["stack"] = _wait


def _list(call: Call) -> str:
    rows = [[stack["id"], name, PROJECT, stack["status"], call.stamp(stack["created_ms"]), call.stamp(stack["updated_ms"]) or None] for name, stack in sorted(call.nova.stacks.items())]
    return tables.listed(["ID", "Stack Name", "Project", "Stack Status", "Creation Time", "Updated Time"], rows, call.form, call.columns)


def _show(call: Call) -> str:
    return tables.shown(_fields(call.nova.stack(call.words[0]), call.racks), call.form, call.columns)


def _delete(call: Call) -> str:
    if not call.has("--yes") and not call.has("-y"):
        return "Are you sure you want to delete this stack(s) [y/N]? \nlearnk8s: this terminal does not ask; say --yes\n"
    for word in call.words:
        call.nova.delete_stack(word)
    return ""


def _resources(call: Call) -> str:
    stack = call.nova.stack(call.words[0])
    rows = []
    for name, entry in stack["wanted"].items():
        server = call.nova.servers.get(name)
        status = {"ACTIVE": "CREATE_COMPLETE", "BUILD": "CREATE_IN_PROGRESS", "ERROR": "CREATE_FAILED"}.get(server["status"], "CREATE_COMPLETE") if server else "INIT_COMPLETE"
        rows.append([entry["resource"], server["id"] if server else "", "OS::Nova::Server", status, call.stamp(stack["updated_ms"] or stack["created_ms"])])
    return tables.listed(["resource_name", "physical_resource_id", "resource_type", "resource_status", "updated_time"], rows, call.form, call.columns)


STACK, TEMPLATE = ("stack",), ("!--template", "--parameter")
COMMANDS = (
    Command("stack create", _create, "Create a stack", ("stack-name",), ("--wait",), TEMPLATE),
    Command("stack update", _update, "Update a stack", STACK, ("--wait",), TEMPLATE),
    Command("stack list", _list, "List stacks"),
    Command("stack show", _show, "Show stack details", STACK),
    Command("stack delete", _delete, "Delete stack(s)", STACK, ("--yes", "-y", "--wait"), takes_many=True),
    Command("stack resource list", _resources, "List stack resources", STACK),
)
