"""The web tier: submits workflows and says how they are doing. It parses nothing and keeps no state of its own."""
