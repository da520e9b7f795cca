import sys

from steps.stage import main

sys.exit(main())
