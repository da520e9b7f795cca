"""Tools without a word of the trade of their own."""
