"""What the Docling parser is made of. These modules import docling at the top: import them in methods only."""
