#!/bin/bash
# Becomes systemd on a machine of its own: namespaces for everything, and a copy of this system's files that is thrown away.
# boot-machine.sh FOLDER: run inside `unshare --mount --pid --fork --cgroup --net --uts --ipc`.
set -euo pipefail
folder=$1
root=$folder/root

mount --make-rprivate /
mount -t tmpfs -o size=3g,mode=755 machine "$folder"
mkdir "$folder"/{changes,work,root}
mount -t overlay -o "lowerdir=/,upperdir=$folder/changes,workdir=$folder/work" machine "$root"
cd "$root"

mount -t proc proc proc
# Nothing in here may change the kernel of the system around it.
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup sys/fs/cgroup
mount -t tmpfs -o mode=755 run run
mount -t tmpfs -o mode=1777 tmp tmp
mount -t tmpfs -o mode=755 dev dev
for device in null zero full random urandom tty; do
  touch "dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t tmpfs shm dev/shm

ip link set lo up
# Where every cloud's metadata service answers.
ip address add 169.254.169.254/32 dev lo

# What this system starts at boot is no business of the machine's.
rm -rf etc/systemd/system/*.wants etc/init.d etc/rc?.d opt/evenkeel etc/evenkeel
for unit in systemd-{sysctl,modules-load,remount-fs,binfmt,udevd,udev-trigger,update-utmp,random-seed,logind,networkd,resolved}.service modprobe@.service \
  dev-hugepages.mount sys-kernel-{config,debug,tracing}.mount sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount; do
  ln -sf /dev/null "etc/systemd/system/$unit"
done
exec chroot . env -i container=test PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --system --unit=multi-user.target --show-status=no
