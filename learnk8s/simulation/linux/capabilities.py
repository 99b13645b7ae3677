"""The 41 capabilities of Linux 6.12 as bits of a mask, and how libcap 2.75 spells a set."""

from functools import lru_cache

NAMES = tuple(f"cap_{name}" for name in (
    "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap", "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner",
    "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice", "sys_resource", "sys_time", "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap",
    "mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf", "checkpoint_restore"))
FULL = (1 << len(NAMES)) - 1


@lru_cache(maxsize=128)
def bit(name: str) -> int:
    """Return the mask of one capability, with or without `cap_`. Raises KeyError."""
    full = name.lower() if name.lower().startswith("cap_") else f"cap_{name.lower()}"
    if full not in NAMES:
        raise KeyError(name)
    return 1 << NAMES.index(full)


def names(mask: int) -> list[str]:
    """Return the names in a mask."""
    return [name for place, name in enumerate(NAMES) if mask >> place & 1]


def spelled(mask: int, flags: str = "ep") -> str:
    """Return a set as cap_to_text(3) writes it.

    >>> spelled(FULL), spelled(0), spelled(bit("net_bind_service"))
    ('=ep', '=', 'cap_net_bind_service=ep')
    """
    if mask == FULL:
        return f"={flags}"
    if not mask:
        return "="
    if mask.bit_count() * 2 > len(NAMES):
        return f"={flags} {','.join(names(FULL & ~mask))}-{flags}"
    return f"{','.join(names(mask))}={flags}"
