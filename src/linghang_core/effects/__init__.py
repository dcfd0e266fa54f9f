"""What a change did: difference in differences, synthetic controls, interrupted series, honestly."""
