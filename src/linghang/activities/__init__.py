"""Organisation life, study and other records; cadences and what they make due."""
