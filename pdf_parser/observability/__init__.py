"""How the service tells what it does: logs and metrics."""
