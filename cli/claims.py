"""Claim ports for a node that starts, so that of two that start at once each has its own.

Between choosing a port and listening on it some seconds pass, in which a probe finds it free; and the API's server
shares a port with whoever else listens so (``SO_REUSEPORT``), so that neither of two nodes would notice. A claim is a
name in Linux's abstract socket namespace: it reaches as far as the ports of loopback do, no two processes hold the
same, and it ends with its process, however that ends.
"""

from __future__ import annotations

import socket
from types import TracebackType

from cli.process import is_free

NAME = "\0tashbik port {}"


class Claims:
    """Hold ports until their servers listen, which is when the ``with`` block ends."""

    def __init__(self) -> None:
        """Start without any."""
        self._held: dict[int, socket.socket] = {}

    def __enter__(self) -> Claims:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let go of all."""
        while self._held:
            self._held.popitem()[1].close()

    def claim(self, port: int) -> bool:
        """Tell whether a port is free and now this node's."""
        if port in self._held:
            return True
        if not self.keep(port):
            return False
        if not is_free(port):  # asked second: who let go of the name before is listening by now
            self._held.pop(port).close()
            return False
        return True

    def keep(self, port: int) -> bool:
        """Tell whether no other node claims a port, which is now claimed whoever listens on it.

        For a node's own ports while its processes are started anew: each lets go of its port for some seconds.
        """
        if port in self._held:
            return True
        holder = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            holder.bind(NAME.format(port))
        except OSError:
            holder.close()
            return False
        self._held[port] = holder
        return True
