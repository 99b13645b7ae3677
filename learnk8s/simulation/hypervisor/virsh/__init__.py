"""virsh, as libvirt 9 prints it: one file per family of commands."""
