"""Own the services of organizations: what each does for whom, where, when and at what cost."""
