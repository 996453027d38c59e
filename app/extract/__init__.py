"""Document -> Findings: pure, deterministic, no database and no network."""
