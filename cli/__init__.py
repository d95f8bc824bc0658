"""Own the command line, `tashbik`, and the running of a node without Docker."""

import warnings

# Said by eventlet when nameko is imported; no process of ours but the Nameko services runs it.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
