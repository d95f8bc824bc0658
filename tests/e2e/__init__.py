"""Hold the end-to-end tests: HTTP in, texts and mails out. They are a package because a node lasts as long as that."""
