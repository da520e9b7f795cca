"""Pages to Markdown, HTML and JSON lines; tables to Markdown, HTML, CSV, JSON and Parquet. None of it opens a file."""
