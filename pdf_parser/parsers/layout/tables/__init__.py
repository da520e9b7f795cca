"""Tables from geometry alone: rules and alignment to grids, grids to cells. Pure; the same for text layers and OCR."""
