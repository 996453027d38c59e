"""Document -> Findings: pure, deterministic, no database and no network."""

import os

# numpy's matrices are small here: a second thread only waits, and doubles the CPU time. Read when numpy is loaded
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
