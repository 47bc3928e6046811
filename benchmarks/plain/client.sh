#!/bin/sh
# A client by hand: mounts the service once for each NFS version, as soon as somebody serves it.
set -eu
for version in 3 4.2; do
    mkdir -p "/mnt/v$version"
    mount -t nfs -o "vers=$version,proto=tcp,hard,retry=30" 10.99.40.2:/data "/mnt/v$version"
done
stat --file-system --format '%n is served' /mnt/v3 /mnt/v4.2
