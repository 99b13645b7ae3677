"""The openstack client: its words, its PrettyTable output and its refusals."""
