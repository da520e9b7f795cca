"""The fields of a WorkflowTemplate that the embedded engine follows, and those it may ignore on one machine.

Everything else is refused by name, so that a template never runs with another meaning than on a cluster. A field is
ignored when it says where and as whom a pod runs, not what it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pdf_parser.errors import UnsupportedFeature


@dataclass(frozen=True)
class Fields:
    """`used` maps a field to what may be below it; None means anything. Of a list, each element is looked at."""

    used: Mapping[str, Fields | None]
    ignored: frozenset[str] = field(default_factory=frozenset)


def _fields(*names: str, ignored: str = "", **below: Fields) -> Fields:
    return Fields(dict.fromkeys(names) | below, frozenset(ignored.split()))


_INPUT = _fields("name", "value", "default", "description", "enum")
_OUTPUT = _fields("name", "globalName", "description", valueFrom=_fields("path", "default"))
_ARGUMENTS = _fields(parameters=_INPUT)
_SYNCHRONIZATION = _fields(
    semaphores=_fields(configMapKeyRef=_fields("name", "key", "optional")), mutexes=_fields("name")
)
_RETRY = _fields(
    "limit",
    "retryPolicy",
    "expression",
    ignored="affinity",
    backoff=_fields("duration", "factor", "cap", "maxDuration"),
)
_CONTAINER = _fields(
    "command",
    "args",
    "image",
    env=_fields("name", "value", ignored="valueFrom"),
    ignored="""imagePullPolicy name resources resizePolicy securityContext volumeMounts volumeDevices envFrom
        ports livenessProbe readinessProbe startupProbe terminationMessagePath terminationMessagePolicy""",
)
_TASK = _fields("name", "template", "depends", "dependencies", "when", "withParam", "withItems", arguments=_ARGUMENTS)
_PLACEMENT = """nodeSelector tolerations affinity schedulerName securityContext automountServiceAccountToken executor
    hostAliases podSpecPatch metrics volumes priorityClassName"""
_TEMPLATE = _fields(
    "name",
    "activeDeadlineSeconds",
    "timeout",
    "parallelism",
    inputs=_fields(parameters=_INPUT),
    outputs=_fields(parameters=_OUTPUT),
    container=_CONTAINER,
    dag=_fields("failFast", tasks=_TASK),
    retryStrategy=_RETRY,
    synchronization=_SYNCHRONIZATION,
    ignored=_PLACEMENT + " metadata serviceAccountName annotations",
)
SPEC = _fields(
    "entrypoint",
    "onExit",
    "parallelism",
    "activeDeadlineSeconds",
    "priority",
    arguments=_ARGUMENTS,
    templates=_TEMPLATE,
    synchronization=_SYNCHRONIZATION,
    ttlStrategy=_fields("secondsAfterCompletion", "secondsAfterSuccess", "secondsAfterFailure"),
    workflowMetadata=_fields("labels", "annotations"),
    ignored=_PLACEMENT
    + """ serviceAccountName podGC podMetadata podPriorityClassName podDisruptionBudget imagePullSecrets hostNetwork
        dnsPolicy dnsConfig artifactRepositoryRef artifactGC archiveLogs""",
)


def refuse_unsupported(spec: Mapping[str, Any], name: str) -> None:
    """Raises UnsupportedFeature with the paths of all fields outside the subset."""
    paths = sorted(_unknown(spec, SPEC, "spec"))
    if paths:
        raise UnsupportedFeature(
            f"The embedded engine does not support these fields of template {name}: {', '.join(paths)}. "
            "Remove them, or run it on Argo."
        )


def _unknown(value: object, allowed: Fields, path: str) -> Iterator[str]:
    if isinstance(value, list):
        for index, element in enumerate(value):
            yield from _unknown(element, allowed, f"{path}[{_label(element, index)}]")
    elif isinstance(value, dict):
        for key, below in value.items():
            if key in allowed.used:
                inner = allowed.used[key]
                yield from _unknown(below, inner, f"{path}.{key}") if inner else ()
            elif key not in allowed.ignored and below not in (None, {}, []):
                yield f"{path}.{key}"


def _label(element: object, index: int) -> str:
    return str(element.get("name", index)) if isinstance(element, dict) else str(index)
