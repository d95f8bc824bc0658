"""Own the history of records: what each change replaced, by whom, when and by what."""
