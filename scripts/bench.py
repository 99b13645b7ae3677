"""Measure what the product promises: one JSON object per line (name, value, unit); `--write` keeps them in docs/figures.md.

Times are CPU time of this process, the median of several runs, because machines are noisy. Run as `make bench`.
"""

import argparse
import gc
import json
import os
import platform
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learnk8s.settings")

LIMITS = {"first_scene_ms": 30, "ready_3_ms": 20, "ready_100_ms": 200, "ready_1000_ms": 2000, "sandbox_memory_kb": 300, "sandbox_db_kb": 50, "command_ms": 20, "replay_200_equal": 1}

MANIFEST = """\
kubectl apply -f - <<EOF
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: %d
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'nginx:1.27', resources: {requests: {cpu: 100m, memory: 64Mi}}}]}
