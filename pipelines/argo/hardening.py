"""What lets our pods into a namespace with restricted pod security, and keeps the cluster out of their reach.

Argo copies nothing of this to its own init and wait containers, so they get theirs by podSpecPatch
(research/argo_measured.md §4). That patch also brings self-reported progress down from 60 s to 10 s (§3).
"""

from __future__ import annotations

import json
from typing import Any

from hera.workflows import models as m

from pipelines.resources import Need, memory_by_attempt

UID = 10001
STEPS_ACCOUNT = "pdf-parser-steps"  # has no rights and no token; cloud identities for the store are bound to it
EXECUTOR = m.ExecutorConfig(service_account_name="pdf-parser-executor")

POD = m.PodSecurityContext(
    run_as_non_root=True,
    run_as_user=UID,
    run_as_group=UID,
    fs_group=UID,
    seccomp_profile=m.SeccompProfile(type="RuntimeDefault"),
)
MAIN = m.SecurityContext(
    allow_privilege_escalation=False,
    read_only_root_filesystem=True,
    capabilities=m.Capabilities(drop=["ALL"]),
)


def workflow_patch() -> str:
    """`HOME` is where libraries put their caches: on the one folder that is writable."""
    own: dict[str, Any] = {"securityContext": MAIN.model_dump(by_alias=True, exclude_none=True)}
    tick = {"name": "ARGO_PROGRESS_PATCH_TICK_DURATION", "value": "5s"}
    return json.dumps(
        {
            "initContainers": [{"name": "init", **own}],
            "containers": [
                {"name": "wait", **own, "env": [tick]},
                {"name": "main", "env": [{"name": "HOME", "value": "/tmp"}]},  # noqa: S108
            ],
        }
    )


def memory_patch(need: Need) -> str:
    """Argo merges it with the workflow's."""
    memory = {kind: {"memory": amount} for kind, amount in memory_by_attempt(need).items()}
    return json.dumps({"containers": [{"name": "main", "resources": memory}]})
