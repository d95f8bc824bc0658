"""Own the published language: event and RPC contracts, one module a publisher, and the one access policy."""
