"""Pages: what one looks at."""
