"""Admission by policies and webhooks: who else is asked before an object is stored. Models apiserver/pkg/admission/plugin (1.36)."""
