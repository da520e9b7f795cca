"""Where bytes live: object stores (folder, S3) and the sources that PDFs come from."""

from pdf_parser.storage.base import ObjectInfo, ObjectStore
from pdf_parser.storage.factory import open_store

__all__ = ["ObjectInfo", "ObjectStore", "open_store"]
