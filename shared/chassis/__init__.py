"""Own the plumbing that knows no word of the domain: delivery, RPC, storage, identity, health, logs."""
