"""`manage.py create_sandbox`: make a sandbox for tools, with its API open, and say where it is."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils.translation import override

from learnk8s.playground import actions, kubeconfig
from learnk8s.web.visitor import Visitor


SIZES = {"nodes": 3, "cpu": "4", "memory": "16Gi", "pods": 110}
"""What the nodes are like if one of these is said and another is not."""


class Command(BaseCommand):
    """Prints id, page, api and the path of a ready kubeconfig."""

    help = "Make a sandbox of the Kubernetes world, open its API, and write a kubeconfig for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the scenario and the size of its nodes."""
        parser.add_argument("--scenario", default="basics")
        parser.add_argument("--nodes", type=int)
        parser.add_argument("--cpu", help="CPUs of each node (4)")
        parser.add_argument("--memory", help="memory of each node (16Gi)")
        parser.add_argument("--pods", type=int, help="pods that each node takes (110)")
        parser.add_argument("--speed", type=float, default=1.0, help="virtual seconds per second, 0.1 to 100")
        parser.add_argument("--server", default=settings.SITE_ADDRESS, help="address at which the site is served")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the sandbox."""
        if options["nodes"] is not None and not 0 <= options["nodes"] <= 1000:
            raise CommandError("--nodes is a number from 0 to 1000")
        scenario = options["scenario"]
        if options["pods"] is not None and not 0 <= options["pods"] <= 1000:
            raise CommandError("--pods is a number from 0 to 1000")
        if any(options[name] is not None for name in SIZES):
            scenario = "/".join([scenario, *(str(usual if options[name] is None else options[name]) for name, usual in SIZES.items())])
        try:
            sandbox = actions.new_sandbox(visitor=Visitor(None, ""), scenario=scenario)
            sandbox = actions.set_clock(actions.open_api(sandbox), speed_milli=round(options["speed"] * 1000))
        except (actions.Refused, ValueError) as refused:
            raise CommandError(str(refused)) from refused
        with override("en"):
            page = options["server"] + reverse("playground:claim", args=(sandbox.api_token,))
        path = kubeconfig.written(sandbox, options["server"])
        found = {"id": sandbox.id, "page": page, "api": kubeconfig.address(sandbox, options["server"]), "kubeconfig": str(path)}
        self.stdout.write(json.dumps(found) if options["json"] else "\n".join(f"{key}: {value}" for key, value in found.items()))
