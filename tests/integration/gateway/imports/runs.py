"""Make files of an import, and carry one through."""

from services.gateway.imports.domain import Import
from services.gateway.imports.run import Run

HEADER = "م,اسم الجمعية,المركز,الهاتف\n"


def lines(count: int, start: int = 1) -> str:
    """Return so many rows below :data:`HEADER`."""
    return "".join(f"{number},جمعية رقم {number},قنا,0960000001\n" for number in range(start, start + count))


def finish(run: Run) -> Import:
    """Carry an import through to its end, and return how it stands then."""
    while not run.ended:
        run.step()
    run.close()
    return run.stands
