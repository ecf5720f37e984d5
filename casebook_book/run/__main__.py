"""``python -m casebook_book.run FOLDER`` fetches Python for browsers."""

import sys

from casebook_book.run.distribution import main

sys.exit(main())
