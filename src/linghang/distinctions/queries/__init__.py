"""Reading distinctions: `conditions` from facts, `standing` of units and cases, `strengths` of benchmarks."""
