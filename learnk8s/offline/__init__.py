"""The site as an app on a phone, with lessons that can be read without a network."""
