"""Print the play as a timeline that a person can read: who did what, and each message as it was received."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

MAIL_LINES = 12


class Timeline:
    """Print what happens, each with the seconds since the start."""

    def __init__(self, console: Console) -> None:
        """Start the clock."""
        self.console = console
        self._start = time.monotonic()

    def act(self, number: int, title: str) -> None:
        """Head the next part of the story."""
        self.console.print()
        self.console.rule(f"[bold]{number}. {title}[/]", align="left")

    def say(self, who: str, what: str) -> None:
        """Print one step: who did what."""
        elapsed = time.monotonic() - self._start
        self.console.print(f"[dim]{elapsed:6.1f} s[/]  [bold cyan]{who:<14}[/] {escape(what)}", soft_wrap=True)

    def table(self, headers: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
        """Print a small table under the last step."""
        table = Table(*headers, box=None, header_style="dim")
        for row in rows:
            table.add_row(*(Text(str(cell)) for cell in row))
        self.console.print(Padding(table, (0, 0, 0, 10)))

    def text(self, line: dict[str, Any]) -> None:
        """Print a text as the SMSC received it."""
        title = f"SMS to +{str(line['destination']).lstrip('+')} from {line['source']}, {line['parts']} part(s)"
        self._message(title, line["text"], "green")

    def mail(self, line: dict[str, Any]) -> None:
        """Print a mail as the mail server received it."""
        body = "\n".join(line["text"].splitlines()[:MAIL_LINES])
        self._message(f"E-mail to {', '.join(line['to'])}: {line['subject']}", body, "blue")

    def _message(self, title: str, body: str, style: str) -> None:
        panel = Panel(Text(body), title=Text(title), title_align="left", border_style=style, expand=False)
        self.console.print(Padding(panel, (0, 0, 0, 10)))
