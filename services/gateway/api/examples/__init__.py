"""Own the examples of the API document: one case of the Qena directorate, from an association to a met need."""
