"""Alarms, dashboard and documentation, made from the table of metrics. Nothing here runs in the service."""
