"""Pages of special actions and commitments, and the public page of a commitment."""
