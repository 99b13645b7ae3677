"""A small, bounded interpreter for CEL, the expression language of Kubernetes' rules: parse, check, evaluate. Pure; nothing is ever run as code."""
