"""`python -m steps run STEP…` is a stage, `python -m steps retry STEP` one step with its retries."""

import sys

from steps import retry, stage

if sys.argv[1:2] == ["retry"]:
    sys.exit(retry.main(sys.argv[2:]))
sys.exit(stage.main())
