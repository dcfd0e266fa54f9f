"""Pages of contests: the contest itself, a team with its why, objections."""
