"""The command `nn-play`, which is also `python -m tui`."""

import sys

try:
    from tui.cli import main
except KeyboardInterrupt:
    # It takes a while to import.
    sys.exit(130)

if __name__ == "__main__":
    sys.exit(main())
