"""What etcd and the watch cache are to a real cluster: all objects, one revision counter, one stream of changes."""
