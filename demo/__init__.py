"""Own the demo directorate: its data, its SMSC and mail server, and the play of the main job."""
