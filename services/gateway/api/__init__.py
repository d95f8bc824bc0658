"""Own the routes: one module a resource, each view at most ten lines: load, one call, dump."""
