"""Special actions that group lists, activities and demands; public commitments with beneficiaries."""
