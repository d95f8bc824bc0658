"""Own the history of records: what each change of an organization or a service replaced, by whom, when and by what."""
