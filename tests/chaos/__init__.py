"""Break a node's parts while it works, and let an auditor count what was lost or doubled: ``python -m tests.chaos``."""
