"""Certificates: what a signing request holds, who may have it signed, and the certificate that comes of it."""
