"""Argo's REST routes over an engine of ours: to develop and to test against, without a cluster.

    app.py      the routes; runs.py, events.py, templates.py what they do
    serve.py    `make fake-argo`: over the embedded engine, on localhost:2746

Shapes and status codes are those that Argo Workflows 4.1.2 was measured to give, its oddities included. What is not
here answers 404: artifacts, crons, cluster templates, users.
"""
