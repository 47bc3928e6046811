#!/bin/sh
# A server by hand: Heartbeat with a floating address, a disk that both servers see, and the kernel's NFS server.
set -eu
disk=/dev/disk/by-id/virtio-plain-shared
mkdir -p /data

cat >/etc/hosts <<EOF
127.0.0.1 localhost
10.99.40.11 nfs1
10.99.40.12 nfs2
EOF

# One formats the disk; the other waits for that, or its Heartbeat might want to mount nothing.
if [ "$(hostname)" = nfs1 ]; then
    blkid -p "$disk" >/dev/null || mkfs.ext4 -q "$disk"
else
    until blkid -p "$disk" >/dev/null; do sleep 1; done
fi

# The box leaves NFS to resource scripts; this one leaves it to systemd.
systemctl unmask nfs-server.service nfs-mountd.service nfsdcld.service
echo '/data 10.99.40.0/24(rw,sync,no_subtree_check,fsid=1)' >/etc/exports
cat >/etc/ha.d/resource.d/nfs-server <<'EOF'
#!/bin/sh
case $1 in
    start | stop) systemctl "$1" nfs-server.service ;;
    status) if systemctl is-active --quiet nfs-server.service; then echo running; else echo stopped; exit 3; fi ;;
esac
EOF
chmod 755 /etc/ha.d/resource.d/nfs-server

cat >/etc/ha.d/ha.cf <<EOF
logfile /var/log/ha-log
logfacility local0
keepalive 2
deadtime 10
warntime 10
initdead 20
udpport 694
bcast eth1
auto_failback off
node nfs1
node nfs2
EOF
echo "nfs1 IPaddr2::10.99.40.2/24/eth1 Filesystem::$disk::/data::ext4 nfs-server" >/etc/ha.d/haresources
printf 'auth 1\n1 sha1 by-hand\n' >/etc/ha.d/authkeys
chmod 600 /etc/ha.d/authkeys
systemctl start heartbeat.service
