"""Own the families in care, their needs, consents and referrals."""
