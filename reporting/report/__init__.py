"""A site of plain pages on one warehouse, in English and Chinese, that needs neither JavaScript nor a network."""
