"""Where bytes live: object stores (folder, S3) and the sources that PDFs come from."""
