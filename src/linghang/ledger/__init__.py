"""Facts: what happened, recorded once; every ledger, score and report is computed from them."""
