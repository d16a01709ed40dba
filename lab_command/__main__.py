"""``python -m lab_command``: what the ``lab`` script hands over to."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
