"""Talking to argo-server over REST, without Hera: what `pipelines/argo/client.py` is made of.

    connection.py  requests and streams: token, TLS, time-outs, repeats, circuit
    answers.py     what the server says when it says no; translate.py as errors of ours
    watcher.py     one list and one watch, into cache.py
    direct.py      single questions, for runs that the cache does not have
    documents.py   of a workflow document, what the service reads

Shapes and codes are those of Argo Workflows 4.1 as measured (tests/pipelines/argo has them as a server).
"""
