"""Vision models behind OpenAI-compatible endpoints: asking them, and judging and reading their answers."""
