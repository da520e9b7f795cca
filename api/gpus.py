"""Memory in use on the GPUs of this machine: those of the embedded engine. On a cluster the GPU exporter tells."""

from __future__ import annotations

import asyncio
import shutil

_QUERY = ("--query-gpu=index,memory.used", "--format=csv,noheader,nounits")
_MIB = 1024 * 1024


async def used_gpu_memory(timeout_s: float) -> dict[str, int]:
    """Bytes by GPU index; empty without an NVIDIA driver, or when it does not answer in time."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return {}
    process = await asyncio.create_subprocess_exec(program, *_QUERY, stdout=asyncio.subprocess.PIPE)
    try:
        output, _ = await asyncio.wait_for(process.communicate(), timeout_s)
    except asyncio.TimeoutError:
        process.kill()
        return {}
    return parse_csv(output.decode()) if process.returncode == 0 else {}


def parse_csv(text: str) -> dict[str, int]:
    """Lines like "0, 1234" in MiB; "[N/A]" where the driver does not say."""
    pairs = (line.split(", ") for line in text.splitlines() if ", " in line)
    return {index: int(used) * _MIB for index, used in pairs if used.isdecimal()}
