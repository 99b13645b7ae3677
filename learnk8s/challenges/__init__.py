"""Break/fix challenges: something is broken, only the symptom is told."""
