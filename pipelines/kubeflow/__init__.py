"""The DAG in KFP, second to Hera's. kfp is imported by pipeline.py, components.py and compile.py only (2-4 s)."""
