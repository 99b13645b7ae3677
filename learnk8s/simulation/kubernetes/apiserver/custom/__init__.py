"""Custom resources: kinds that are themselves objects, with schemas, rules, columns and versions. Models staging/src/k8s.io/apiextensions-apiserver (1.36)."""
