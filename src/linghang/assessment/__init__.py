"""考评打分: marks given by people under rules, each with its giver, evidence and second person."""
