"""``python -m upheld`` does what ``upheld`` does."""

from __future__ import annotations

from upheld.cli import main

if __name__ == "__main__":
    main()
