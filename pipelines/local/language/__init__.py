"""The four small languages inside a workflow: expressions, `when`, `depends` and `{{…}}`. No eval, no I/O."""
