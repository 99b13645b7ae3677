"""What the API server refuses in pods, part by part. Models pkg/apis/core/validation/validation.go (1.36).

Each function yields every cause it finds. Fields are taken as defaulted: what has a default and is missing is no fault.
"""
