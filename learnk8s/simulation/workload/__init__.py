"""The one small shop that every era has to run, as plain data."""
