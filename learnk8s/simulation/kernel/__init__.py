"""What every world shares: clock, dice, causes, limits, words and numbers."""
