"""The DAG in Hera: the source of truth. hera is imported here and nowhere else (it costs 1.4-3 s)."""
