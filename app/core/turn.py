"""Only one process at a time: a lock on a file, which the system takes away from whoever ends, also by kill -9."""

import fcntl
import os
from pathlib import Path


class Turn:
    """The right to do something; `path` None: everybody has it."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: int | None = None

    def taken(self) -> bool:
        """True when it is ours, now or from now on; False while another process has it."""
        if self._path is None or self._file is not None:
            return True
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def give_up(self) -> None:
        """For whoever waits for it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
