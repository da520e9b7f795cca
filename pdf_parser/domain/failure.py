"""From what Argo says about a failed node to the name of an error. Shared by the API and the exit handler.

Nobody reads prose to decide: the JSON line of the termination log and the exit code are ours; the few fixed texts below
are written by the controller and the kubelet (research/argo.md §2 and argo_measured.md §2 list them).
"""

from __future__ import annotations

import json
import re

from pdf_parser.domain.base import Model
from pdf_parser.errors import BY_CODE, BY_EXIT_CODE, InternalError

_FIXED_TEXTS = (
    ("OOMKilled", "OutOfMemory"),
    ("workflow shutdown with strategy", "Canceled"),
    ("Stopped with strategy", "Canceled"),
    ("specified deadline", "ParseTimeout"),
    ("Step exceeded its deadline", "ParseTimeout"),
    ("exceeded workflow deadline", "ParseTimeout"),
    ("Max duration limit exceeded", "ParseTimeout"),
    ("Backoff would exceed max duration limit", "ParseTimeout"),
    ("wait: Error (exit code 64)", "StepOutputMissing"),
    ("pod deleted", "PodLost"),
    ("container deleted", "PodLost"),
    ("The node was low on resource", "PodLost"),
    ("imminent node shutdown", "PodLost"),
    ("invalid spec", "InvalidWorkflow"),
    ("is forbidden", "InvalidWorkflow"),
    ("not permitted when using workflowTemplateRef", "InvalidWorkflow"),
    ("workflowtemplates.argoproj.io", "InvalidWorkflow"),
    ("Unschedulable", "NoCapacity"),
    ("ImagePullBackOff", "NoCapacity"),
    ("ErrImagePull", "NoCapacity"),
)

# Exit codes that no step chooses: argparse and the shell when image and template do not fit together, then signals.
_FOREIGN_EXITS = {
    2: "InvalidWorkflow",
    126: "InvalidWorkflow",
    127: "InvalidWorkflow",
    137: "OutOfMemory",
    143: "PodLost",
}

# A node of one of these types never was a pod: the template itself is at fault.
_NEVER_A_POD = ("Skipped", "Workflow")

# "main: Error (exit code 12)": what follows is the step's own text and decides nothing.
_CONTAINER_ENDED = re.compile(r"^[\w.-]+: \w+ \(exit code (\d+)\)")

# When several nodes failed, the cause is the one that is not a consequence of the others.
_CONSEQUENCES = ("Canceled", "PodLost", "ParseTimeout", "InternalError")


class Failure(Model):
    """Why a node failed: the error's name, a sentence for the reader, and the step when the node itself names one."""

    code: str
    message: str
    step: str | None = None

    @property
    def is_consequence(self) -> bool:
        return self.code in _CONSEQUENCES


def classify_failure(message: str | None, exit_code: str | int | None, node_type: str = "Pod") -> Failure:
    """The failure of one node. `message` and `exit_code` as Argo gives them; both may be missing.

    `node_type` is Argo's, or "Workflow" for the message of a workflow without nodes.
    """
    message = (message or "").strip()
    said = _termination_line(message)
    if said is not None:
        return said
    code = _code_of(message, exit_code, node_type)
    return Failure(code=code, message=_sentence(code, message))


def _code_of(message: str, exit_code: str | int | None, node_type: str) -> str:
    ended = _CONTAINER_ENDED.match(message)
    head = ended.group() if ended else message
    for text, code in _FIXED_TEXTS:
        if text in head:
            return code
    # A container of a set has its code only in the message (status_examples/real/46).
    number = _number(exit_code) or (int(ended.group(1)) if ended else 0)
    if number in BY_EXIT_CODE:
        return BY_EXIT_CODE[number].code()
    if number in _FOREIGN_EXITS:
        return _FOREIGN_EXITS[number]
    return "InvalidWorkflow" if node_type in _NEVER_A_POD else InternalError.code()


def _number(exit_code: str | int | None) -> int:
    text = str(exit_code or "")
    return int(text) if text.isdecimal() else 0


def _termination_line(message: str) -> Failure | None:
    """The JSON line that a step leaves: Argo appends it to the message verbatim."""
    start = message.find('{"code"')
    if start < 0 or "OOMKilled" in message:
        return None
    try:
        said, _ = json.JSONDecoder().raw_decode(message[start:])
    except (ValueError, RecursionError):
        return None
    code = said["code"]
    if not isinstance(code, str) or code not in BY_CODE:
        return None
    step = said.get("step")
    return Failure(
        code=code,
        message=str(said.get("message") or _sentence(code, "")),
        step=step if isinstance(step, str) else None,
    )


def _sentence(code: str, message: str) -> str:
    default = BY_CODE[code].default_message()
    return f"{default} ({message})" if message else default
