"""What happens next in a workflow, decided from its document, the time, the locks and the living processes. No I/O."""
