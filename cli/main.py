"""Be the command ``tashbik``: run a node, look into it, and mend it.

Exit codes: 0 done; 1 it could not be done, and standard error says why; 2 the arguments are wrong.
"""

from __future__ import annotations

from pathlib import Path

import click

from cli import areas, audit, clients, dead_letters, directory, hsds, imports, running, setup, terms
from cli.backup import backup, restore
from cli.context import Context, quiet_logs
from cli.doctor.command import doctor
from cli.explained import ExplainedGroup
from cli.roster import ROOT


@click.group(cls=ExplainedGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--run",
    "home",
    envvar="TASHBIK_RUN_DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / ".run",
    show_default=".run beside the code",
    help="Directory of the node without Docker.",
)
@click.version_option(package_name="tashbik", prog_name="tashbik")
@click.pass_context
def main(context: click.Context, home: Path) -> None:
    """Run a Tashbik node, look into it, and mend it."""
    context.obj = context.obj or Context(home)


for command in (
    *(running.up, running.down, running.status, running.logs),
    *(setup.keys, setup.config, setup.database, setup.broker),
    *(doctor, backup, restore),
    *(clients.clients, areas.areas, terms.terms, imports.import_file, hsds.hsds, directory.directory),
    *(dead_letters.dead_letters, audit.audit),
):
    main.add_command(command)


def run() -> None:
    """Be the program ``tashbik``."""
    quiet_logs()
    main(prog_name="tashbik")


if __name__ == "__main__":
    run()
