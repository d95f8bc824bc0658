"""Own the ways out: text messages, mail, and a log for nodes that have neither."""
