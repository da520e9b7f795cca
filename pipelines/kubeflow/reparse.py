"""One tick of bulk re-parsing, for a recurring run: the twin of the CronWorkflow in manifests/base/reparse.yaml."""

from __future__ import annotations

from typing import Any

from kfp import dsl, kubernetes

from pipelines.kubeflow.components import pipeline

NAME = "pdf-reparse"
DESCRIPTION = "Submits the next documents of every campaign under way"
SETTINGS = ("ENGINE", "STORE_URL", "S3_ENDPOINT_URL", "S3_REGION", "KUBEFLOW_URL", "KUBEFLOW_NAMESPACE", "LOG_FORMAT")
SECRETS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "KUBEFLOW_TOKEN")


def whole() -> Any:
    step = dsl.container_component(tick)

    def pdf_reparse() -> None:
        task = step()
        task.set_caching_options(False)
        task.set_cpu_request("50m").set_memory_request("128Mi").set_memory_limit("512Mi")
        kubernetes.use_config_map_as_env(task, "pdf-parser-config", {name: name for name in SETTINGS}, optional=True)
        kubernetes.use_secret_as_env(task, "pdf-parser-secrets", {name: name for name in SECRETS}, optional=True)

    config = dsl.PipelineConfig(active_deadline_seconds=1800)
    return pipeline(pdf_reparse, NAME, (), description=DESCRIPTION, pipeline_config=config)


def tick():  # type: ignore[no-untyped-def]  # kfp wants no annotation that is text
    return dsl.ContainerSpec(image="pdf-parser/api:0.1.0", command=["pdf-parser", "campaign", "tick"])
