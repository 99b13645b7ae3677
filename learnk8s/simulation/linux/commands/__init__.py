"""The commands of one server, one small group a file; each group is a table of names, all tables meet in registered.py."""
