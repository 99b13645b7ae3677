"""API servers in the cluster that serve groups of their own, and how requests reach them. Models k8s.io/kube-aggregator (1.36).

An APIService that names a Service hands a group and version on to the pods behind it. What they serve they say themselves, in their discovery document;
their objects, which a real one keeps in an etcd of its own, are kept in the cluster's store and go when the last pod behind the Service goes.
"""
