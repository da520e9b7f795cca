"""From words with boxes to blocks in reading order. Pure; the same for text layers and for OCR."""
