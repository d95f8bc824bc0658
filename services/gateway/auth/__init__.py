"""Own who may call: clients and their secrets, tokens, and the check of each operation against the access policy."""
