"""From what Argo says about a failed node to the name of an error. Shared by the API and the exit handler.

Nobody reads prose to decide: the exit code and the JSON line of the termination log come first; the few fixed texts
below are written by the controller and the kubelet (research/argo.md §2 and argo_measured.md §2 list them).
"""

from __future__ import annotations

import json

from pdf_parser.domain.base import Model
from pdf_parser.errors import BY_CODE, BY_EXIT_CODE, InternalError

OUT_OF_MEMORY_EXIT = 137
TERMINATED_EXIT = 143

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
    ("invalid spec", "InvalidWorkflow"),
    ("is forbidden", "InvalidWorkflow"),
    ("not permitted when using workflowTemplateRef", "InvalidWorkflow"),
    ("Unschedulable", "NoCapacity"),
    ("ImagePullBackOff", "NoCapacity"),
    ("ErrImagePull", "NoCapacity"),
)

# When several nodes failed, the cause is the one that is not a consequence of the others.
_CONSEQUENCES = ("Canceled", "PodLost", "ParseTimeout", "InternalError")


class Failure(Model):
    """Why a node failed: the error's name and a sentence for the reader."""

    code: str
    message: str

    @property
    def is_consequence(self) -> bool:
        return self.code in _CONSEQUENCES


def classify_failure(message: str | None, exit_code: str | int | None, node_type: str = "Pod") -> Failure:
    """The failure of one node. `message` and `exit_code` as Argo gives them; both may be missing."""
    message = (message or "").strip()
    said = _termination_line(message)
    if said is not None:
        return said
    code = _code_of(message, exit_code, node_type)
    return Failure(code=code, message=_sentence(code, message))


def _code_of(message: str, exit_code: str | int | None, node_type: str) -> str:
    for text, code in _FIXED_TEXTS:
        if text in message:
            return code
    number = int(exit_code) if exit_code not in (None, "") else -1
    if number in BY_EXIT_CODE:
        return BY_EXIT_CODE[number].code()
    if number == OUT_OF_MEMORY_EXIT or "(exit code 137)" in message:
        return "OutOfMemory"
    if number == TERMINATED_EXIT:
        return "PodLost"
    if node_type == "Skipped":  # it never was a pod: the template itself is at fault
        return "InvalidWorkflow"
    return InternalError.code()


def _termination_line(message: str) -> Failure | None:
    """The JSON line that a step leaves: Argo appends it to the message verbatim."""
    start = message.find('{"code"')
    if start < 0 or "OOMKilled" in message:
        return None
    try:
        said, _ = json.JSONDecoder().raw_decode(message[start:])
    except ValueError:
        return None
    if said.get("code") not in BY_CODE:
        return None
    return Failure(code=said["code"], message=str(said.get("message") or _sentence(said["code"], "")))


def _sentence(code: str, message: str) -> str:
    default = BY_CODE[code].default_message()
    return f"{default} ({message})" if message else default
