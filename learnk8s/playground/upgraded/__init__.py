"""Connections that a client of the cluster's API turns into something else than HTTP: exec, attach, port-forward, and logs and watches over WebSockets."""
