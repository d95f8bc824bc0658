"""Own webhooks: which other systems are told of public events, and what became of each delivery."""
