"""The site and the slides: their text, and in `make/` what builds them."""
