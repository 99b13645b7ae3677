"""The worlds: pure, deterministic models of how software was run in each era."""
