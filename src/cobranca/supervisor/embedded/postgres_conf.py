"""The configuration of the embedded PostgreSQL: tuned for bulk on a small machine, safe by default.

Durability is never traded: fsync and synchronous_commit stay on. Row values never reach the log.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

MIB = 1024 * 1024
GIB = 1024 * MIB
_CGROUP_MAX = Path("/sys/fs/cgroup/memory.max")

_FIXED = """\
# Written anew at every start of Cobrança. To change a value for good: ALTER SYSTEM SET ...

# Reached by a socket in a private folder only; nothing listens on the network.
listen_addresses = ''
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
# A connection for every process that `cobranca up` may start, 64 workers included; an unused one
# costs 30 KB.
max_connections = 420

# Bulk loads: few, spread-out checkpoints. After each one the first change of a page, if only to
# note that its rows are committed, writes all of the page to the WAL.
fsync = on
synchronous_commit = on
full_page_writes = on
# A new piece of WAL is not written twice; while 11 M rows are worked that is 4 GB.
wal_init_zero = off
wal_buffers = '32MB'
checkpoint_timeout = '15min'
checkpoint_completion_target = 0.9

# Short statements over many rows: compiling them costs more than it saves.
jit = off
random_page_cost = 1.1
effective_io_concurrency = 16
huge_pages = try
autovacuum = on
autovacuum_vacuum_cost_limit = 1000

# The log: faults, but no statement, parameter or row, for they hold personal data.
log_min_messages = warning
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length_on_error = 0
log_checkpoints = off
log_line_prefix = '%m [%p] '
log_timezone = 'UTC'
timezone = 'UTC'
lc_messages = 'C'
"""

HBA = """\
# Written anew at every start of Cobrança.
local all all scram-sha-256
# For pg_basebackup; "all" does not mean it.
local replication all scram-sha-256
"""


def postgresql_conf(*, memory_bytes: int, disk_bytes: int, lz4: bool) -> str:
    """Return postgresql.conf for a machine with `memory_bytes` of memory.

    `disk_bytes` is the room on the cluster's disk, with what its WAL takes already.
    """
    shared = max(64 * MIB, min(512 * MIB, memory_bytes // 8))
    # A crash replays up to this much: a minute or two.
    wal = max(GIB, min(16 * GIB, disk_bytes // 4))
    maintenance = max(32 * MIB, min(256 * MIB, memory_bytes // 16))
    sized = (
        f"shared_buffers = '{shared // MIB}MB'",
        f"effective_cache_size = '{max(128 * MIB, memory_bytes // 2) // MIB}MB'",
        f"maintenance_work_mem = '{maintenance // MIB}MB'",
        f"work_mem = '{max(4 * MIB, min(32 * MIB, memory_bytes // 128)) // MIB}MB'",
        f"min_wal_size = '{min(GIB, wal // 2) // MIB}MB'",
        f"max_wal_size = '{wal // MIB}MB'",
        f"wal_compression = {'lz4' if lz4 else 'off'}",
    )
    return "\n".join((_FIXED, "# Sized to this machine.", *sized, ""))


def disk_room_bytes(cluster: Path) -> int:
    """Return what is free on the cluster's disk, and what its WAL takes."""
    taken = sum(file.stat().st_size for file in (cluster / "pg_wal").glob("?" * 24))
    return shutil.disk_usage(cluster).free + taken


def machine_memory_bytes() -> int:
    """Return the memory of this machine, or of this container when it is limited."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if _CGROUP_MAX.exists():
        limit = _CGROUP_MAX.read_text(encoding="ascii").strip()
        if limit.isdigit():
            return min(total, int(limit))
    return total
