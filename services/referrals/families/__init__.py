"""Own the families in care: their members, consents and history."""
