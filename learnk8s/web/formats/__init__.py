"""How dates are written in each language, where Django's own way would read oddly here: the day before the month as in the texts, and hours as in terminals."""
