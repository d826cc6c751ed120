/**
 * The firmware of the device: EdgeOS-Lab, a gzip-compressed cpio archive (Linux initramfs, kernel document
 * driver-api/early-userspace/buffer-format) with busybox, the drivers of the virtual hardware and a few text files.
 * It carries standard busybox commands only, so that whoever automates it has to know nothing but Linux.
 *
 * Three habits of this shell (busybox ash) on a console: after each prompt it asks the terminal for its cursor (ESC [ 6 n)
 * and lives without an answer; it breaks the echo of a line that is longer than the terminal is wide, 80 columns until
 * `stty cols N`; and after `stty -echo` it does neither and echoes nothing.
 */
import { copyFile, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run } from './program.js';

/** Account on the console. */
export const LOGIN = { username: 'root', password: 'labpass' } as const;

/** Host name, and so the first word of the shell prompt (`edge1:~# `). */
export const HOSTNAME = 'edge1';

/** SHA-512 crypt(5) of LOGIN.password, made by `openssl passwd -6 -salt edgeoslab labpass`. */
const PASSWORD_HASH =
  '$6$edgeoslab$o25x1lU2w.YSX/VZ7oohSkju7qSVPvsIUi9tMHjP29o/CPo0JCQf6bON5U5hO9qPUPmsZMNaDo6uMtmiVS/Er0';

/** In insmod order: each one needs symbols of those before it. */
const MODULES = [
  ...['virtio_ring', 'virtio', 'virtio_pci_modern_dev', 'virtio_pci_legacy_dev', 'virtio_pci', 'virtio_blk'],
  ...['failover', 'net_failover', 'virtio_net', 'nls_cp437', 'nls_ascii', 'fat', 'vfat'],
];

/** First process: busybox init reads /etc/inittab, which is what makes a plain `reboot` work. */
const INITTAB = `::sysinit:/etc/rc
ttyAMA0::respawn:/sbin/getty -L 115200 ttyAMA0 vt100
::shutdown:/bin/umount -a -r
::restart:/sbin/init
::ctrlaltdel:/sbin/reboot
`;

const RC = `#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t tmpfs -o size=64m tmpfs /tmp
/bin/busybox --install -s
for module in /lib/modules/*.ko; do insmod $module; done
hostname -F /etc/hostname
mount -t vfat /dev/vda3 /flash
ip link set lo up
ip addr add 10.0.2.15/24 dev eth0
ip link set eth0 up
ip route add default via 10.0.2.2
slot=$(sed -n 's/.*slot=\\([0-9]*\\).*/\\1/p' /proc/cmdline)
echo "EdgeOS-Lab $(cat /etc/version) slot=$slot kernel=$(uname -r) up"
`;

/** Text files of the image by path, for one version. */
function textFiles(version: string): Readonly<Record<string, string>> {
  const release = ['NAME="EdgeOS-Lab"', 'ID=edgeos-lab', `VERSION="${version}"`, `VERSION_ID=${version}`];
  return {
    'etc/version': `${version}\n`,
    'etc/os-release': [...release, `PRETTY_NAME="EdgeOS-Lab ${version}"`].join('\n') + '\n',
    'etc/hostname': `${HOSTNAME}\n`,
    'etc/issue': `EdgeOS-Lab ${version} \\n \\l\n`,
    'etc/passwd': `root:x:0:0:root:/root:/bin/sh\n`,
    'etc/shadow': `root:${PASSWORD_HASH}:19000:0:99999:7:::\n`,
    'etc/group': 'root:x:0:\n',
    'etc/profile': `export PATH=/bin:/sbin:/usr/bin:/usr/sbin\nexport PS1='\\h:\\w\\$ '\n`,
    'etc/inittab': INITTAB,
    'etc/rc': RC,
  };
}

/**
 * Packs the firmware of one version. The same inputs give the same bytes.
 *
 * @param version - shown in the banner, /etc/version and /etc/os-release
 * @param packages - unpacked arm64 packages: `bin/busybox` and `lib/modules`
 * @param output - file to write, gzip
 * @throws Error when a kernel module is missing
 */
export async function packFirmware(version: string, packages: string, output: string): Promise<void> {
  const root = `${output}.root`;
  for (const folder of ['bin', 'sbin', 'usr/bin', 'usr/sbin', 'etc', 'lib/modules', 'root', 'mnt', 'flash']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  for (const folder of ['dev', 'proc', 'sys', 'tmp']) await mkdir(join(root, folder));
  await copyFile(join(packages, 'bin/busybox'), join(root, 'bin/busybox'));
  await symlink('busybox', join(root, 'bin/sh'));
  await symlink('bin/busybox', join(root, 'init'));
  await symlink('/proc/mounts', join(root, 'etc/mtab'));
  await copyModules(packages, join(root, 'lib/modules'));
  for (const [path, text] of Object.entries(textFiles(version))) {
    await writeFile(join(root, path), text, {
      mode: path === 'etc/rc' ? 0o755 : path === 'etc/shadow' ? 0o600 : 0o644,
    });
  }
  await archive(root, output);
}

/** Copies the modules under names whose order is the order of loading. */
async function copyModules(packages: string, target: string): Promise<void> {
  const files = await readdir(join(packages, 'lib/modules'), { recursive: true });
  for (const [index, name] of MODULES.entries()) {
    const file = files.find((path) => [`${name}.ko`, `${name}.ko.xz`].includes(basename(path)));
    if (file === undefined) throw new Error(`lib/modules: expected ${name}.ko in the kernel package, found none`);
    const copy = join(target, `${String(index).padStart(2, '0')}-${name}.ko`);
    await copyFile(join(packages, 'lib/modules', file), file.endsWith('.xz') ? `${copy}.xz` : copy);
    if (file.endsWith('.xz')) await run('xz', ['-d', `${copy}.xz`]);
  }
}

/** Makes `output` from the tree: sorted names, owner root, no times, no compression timestamp. */
async function archive(root: string, output: string): Promise<void> {
  const paths = (await readdir(root, { recursive: true })).sort();
  await run('touch', ['-h', '-d', '@0', '.', ...paths], root);
  await writeFile(`${output}.list`, ['.', ...paths].join('\n') + '\n');
  const cpio = 'cpio -o -H newc -R 0:0 --reproducible --quiet';
  await run('sh', ['-c', `${cpio} < "$1.list" | gzip -9 -n > "$1"`, 'sh', output], root);
  await rm(root, { recursive: true });
  await rm(`${output}.list`);
}
