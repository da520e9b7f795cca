"""The bearer token: a fixed one, or a file that the cluster rewrites (a projected service account token)."""

from __future__ import annotations

from pathlib import Path

from pdf_parser.errors import EngineUnavailable


class Token:
    """A file wins over a fixed token; with neither, requests carry none."""

    def __init__(self, fixed: str = "", file: Path | None = None, setting: str = "ARGO_TOKEN_FILE") -> None:
        self._value = fixed
        self._file = file
        self._setting = setting
        self._stamp: tuple[int, int] | None = None

    def headers(self) -> dict[str, str]:
        """Reads the file again when it has changed. Raises EngineUnavailable when it cannot be read."""
        self._read_if_changed()
        return {"Authorization": f"Bearer {self._value}"} if self._value else {}

    def renew(self) -> bool:
        """After the server refused it: reads the file in any case. True when it holds another token now."""
        before, self._stamp = self._value, None
        self._read_if_changed()
        return self._value != before

    def _read_if_changed(self) -> None:
        if self._file is None:
            return
        try:
            stat = self._file.stat()  # follows the symbolic links by which kubelet swaps the file
            stamp = (stat.st_mtime_ns, stat.st_ino)
            if stamp != self._stamp:
                self._value, self._stamp = self._file.read_text().strip(), stamp
        except OSError as exc:
            raise EngineUnavailable(f"The token of the engine cannot be read: {exc}. See {self._setting}.") from exc
