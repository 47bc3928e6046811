"""A virtual lab that measures what NFS failover does to clients' I/O and to their locks."""

__version__ = "0.1.0"
