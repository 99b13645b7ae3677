"""Tags of questions."""
