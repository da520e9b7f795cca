"""Reading pages that are pictures: turn upright, deskew, read, and put the words back into the page."""
