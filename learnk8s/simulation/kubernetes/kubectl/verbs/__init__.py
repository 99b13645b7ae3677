"""The verbs of kubectl, one file each."""
