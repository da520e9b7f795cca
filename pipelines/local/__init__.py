"""The embedded engine: runs compiled Argo WorkflowTemplates on one machine, each container's command as a subprocess.

    spec/      compiled YAML → typed templates; refuses by name what lies outside the subset
    language/  when, depends, {{…}} and the expression language
    control/   pure: document + time + live processes → new nodes, and what to start and to kill
    machine/   processes, folders, the SQLite file
    engine.py  the thread that ties them together; client.py is its WorkflowClient

The subset and its semantics are those of Argo Workflows 4.1; documents are Argo's own.
"""
