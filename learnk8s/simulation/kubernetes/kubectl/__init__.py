"""kubectl: the command line of Kubernetes, as far as this world goes. Everything it does is a request to the API server."""
