"""From the Markdown or HTML that other engines answer with to our blocks and tables."""
