"""Container entry points: one file is one node of the DAG. Steps meet only in the object store."""
