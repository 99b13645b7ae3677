"""The page on which one day of the shop runs through all eras, side by side."""
