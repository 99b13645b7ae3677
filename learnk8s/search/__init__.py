"""Search over lessons, their commands, the glossary and the milestones, in Korean and in English."""
