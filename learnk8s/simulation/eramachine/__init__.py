"""The era machine: one day of the shop, lived through in every era's world, so that the eras can be compared by what happened and not by what is said of them."""
