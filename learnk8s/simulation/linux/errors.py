"""The kernel's errors by name, with the texts of glibc's strerror(3)."""

TEXTS = {
    "EPERM": "Operation not permitted", "ENOENT": "No such file or directory", "ESRCH": "No such process", "EAGAIN": "Resource temporarily unavailable", "ENOMEM": "Cannot allocate memory",
    "EACCES": "Permission denied", "EBUSY": "Device or resource busy", "EEXIST": "File exists", "ENOTDIR": "Not a directory", "EISDIR": "Is a directory", "EINVAL": "Invalid argument",
    "ENOSPC": "No space left on device", "EROFS": "Read-only file system", "ENOSYS": "Function not implemented", "ENOTEMPTY": "Directory not empty", "ELOOP": "Too many levels of symbolic links",
    "EADDRINUSE": "Address already in use", "ENOEXEC": "Exec format error", "EXDEV": "Invalid cross-device link", "EOPNOTSUPP": "Operation not supported", "ENODEV": "No such device", "ERANGE": "Numerical result out of range",
}


class OsError(Exception):
    """A system call failed; the message is what a program prints after its own words."""

    def __init__(self, code: str) -> None:
        super().__init__(TEXTS[code])
        self.code = code
