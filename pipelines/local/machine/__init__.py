"""What the engine has on its machine: step processes, a folder per node, and one SQLite file."""
