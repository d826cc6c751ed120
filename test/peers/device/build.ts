/**
 * Builds the device that stands for real hardware in the tests: U-Boot and Linux with two firmware slots, from Debian
 * packages only. One build takes about ten seconds and is kept.
 */
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFlashBanks } from './boot-environment.js';
import { fetchPackages } from './debian-archive.js';
import { makeDisk, makeFolder, putBytes, putFile } from './disk.js';
import { packFirmware } from './firmware.js';

/** Boot loader of QEMU's `virt` board, from the package u-boot-qemu. */
const LOADER = '/usr/lib/u-boot/qemu_arm64/u-boot.bin';

/** What `buildDevice` and `QemuDevice` run or read, for `requirePeer`. */
export const DEVICE_PEERS = [
  ...['qemu-system-aarch64', LOADER, 'mkenvimage', 'apt-get', 'apt-cache', 'dpkg-deb', 'cpio', 'gzip', 'xz'],
  ...['mkfs.fat', 'mcopy', 'mdir', 'mdel', 'mmd', 'parted'],
] as const;

/** First bytes of a raw arm64 kernel at offset 56 (Linux, Documentation/arm64/booting.rst, "magic"). */
const ARM64_MAGIC = { offset: 56, text: 'ARM\x64' } as const;

/** Where builds are kept: `.cache/peers` in the checkout. */
const DEFAULT_CACHE = fileURLToPath(new URL('../../../.cache/peers', import.meta.url));

/** The version which a new device runs from both slots. */
export const FACTORY_VERSION = '1.0.0';

/** Versions which exist as images. */
export const VERSIONS = ['1.0.0', '2.0.0', '2.1.0'] as const;

/**
 * Files of partition 3, by the path that the device sees below /flash: XMODEM for its Linux. They stay out of the firmware,
 * which has to be small enough to go over a console.
 */
const RECEIVER = {
  'bin/rx': 'usr/bin/rx',
  'lib/ld-linux-aarch64.so.1': 'lib/aarch64-linux-gnu/ld-linux-aarch64.so.1',
  'lib/libc.so.6': 'lib/aarch64-linux-gnu/libc.so.6',
} as const;

/** How the device's Linux receives a file by XMODEM; the file name follows. */
export const RECEIVE_COMMAND = '/flash/lib/ld-linux-aarch64.so.1 --library-path /flash/lib /flash/bin/rx -b -c';

/** One of the firmware versions. */
export type Version = (typeof VERSIONS)[number];

/** Serial number of a device; it is on partition 3 and survives every upgrade. */
export const SERIAL_NUMBER = 'EDGE-0017-A2';

/** One firmware image. */
export interface FirmwareImage {
  readonly version: Version;
  /** Path of `edgeos-VERSION.img`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** What a build gives: shared, read-only files. */
export interface DeviceBuild {
  /** Folder of the build. */
  readonly folder: string;
  /** Bank 0, the boot loader. */
  readonly flash0: string;
  /** Bank 1, the environment; each device works on a copy. */
  readonly flash1: string;
  /** The disk with the factory version in both slots; each device works on a copy. */
  readonly disk: string;
  /** Package that the kernel came from. */
  readonly kernelPackage: string;
  readonly images: Readonly<Record<Version, FirmwareImage>>;
}

/**
 * Builds the device, or finds the one that was built from the same inputs: these files and the boot loader.
 *
 * @param cacheDir - folder for builds, created; default `.cache/peers` in the checkout
 * @returns paths and facts of the build
 * @throws Error when a tool, the boot loader or the Debian archive is missing
 */
export async function buildDevice(cacheDir = DEFAULT_CACHE): Promise<DeviceBuild> {
  const folder = join(cacheDir, `device-${await hashInputs()}`);
  if (!(await exists(folder))) await buildInto(cacheDir, folder);
  return JSON.parse(await readFile(join(folder, 'build.json'), 'utf8'), (key, value: unknown) =>
    // Paths are kept relative, so that the cache may move with the checkout.
    typeof value === 'string' && PATH_KEYS.includes(key) ? join(folder, value) : value,
  ) as DeviceBuild;
}

const PATH_KEYS = ['folder', 'flash0', 'flash1', 'disk', 'path'];

/** Builds beside the target and renames, so that a broken or parallel build never shows. */
async function buildInto(cacheDir: string, folder: string): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  const work = await mkdtemp(join(cacheDir, 'building-'));
  try {
    const build = await buildFiles(work);
    await writeFile(join(work, 'build.json'), JSON.stringify(build, null, 2));
    // mkdtemp makes it private; a TFTP server that runs as another user serves the images from here.
    await chmod(work, 0o755);
    await rename(work, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Makes every file of the build; the paths in the answer are relative to the folder. */
async function buildFiles(work: string): Promise<DeviceBuild> {
  const archive = join(work, 'archive');
  await mkdir(archive);
  const { root, kernelPackage } = await fetchPackages(archive);
  const kernel = await findKernel(root);
  const images: Partial<Record<Version, FirmwareImage>> = {};
  for (const version of VERSIONS) images[version] = await makeImage(version, root, work);
  const disk = join(work, 'disk.img');
  await makeDisk(disk);
  for (const slot of [1, 2] as const) {
    await putFile(disk, slot, kernel, 'Image');
    await putFile(disk, slot, join(work, `edgeos-${FACTORY_VERSION}.img`), 'initrd.gz');
  }
  await putBytes(disk, 3, 'slot.env', Buffer.from('slot=1\n'));
  await putBytes(disk, 3, 'serial.txt', Buffer.from(`${SERIAL_NUMBER}\n`));
  for (const name of ['bin', 'lib']) await makeFolder(disk, 3, name);
  for (const [name, source] of Object.entries(RECEIVER)) await putFile(disk, 3, join(root, source), name);
  await makeFlashBanks(LOADER, join(work, 'flash0.img'), join(work, 'flash1.img'));
  await rm(archive, { recursive: true });
  const files = { folder: '.', flash0: 'flash0.img', flash1: 'flash1.img', disk: 'disk.img' };
  return { ...files, kernelPackage, images: images as Record<Version, FirmwareImage> };
}

/** Packs one version and measures it. */
async function makeImage(version: Version, root: string, work: string): Promise<FirmwareImage> {
  const path = `edgeos-${version}.img`;
  await packFirmware(version, root, join(work, path));
  const bytes = await readFile(join(work, path));
  return { version, path, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Finds the kernel in the unpacked package and makes sure that `booti` can start it. */
async function findKernel(root: string): Promise<string> {
  const name = (await readdir(join(root, 'boot'))).find((file) => file.startsWith('vmlinuz-'));
  if (name === undefined) throw new Error('boot/: expected vmlinuz-* in the kernel package, found none');
  const path = join(root, 'boot', name);
  const { offset, text } = ARM64_MAGIC;
  const magic = (await readFile(path)).toString('latin1', offset, offset + text.length);
  if (magic !== text) throw new Error(`boot/${name}: expected a raw arm64 Image, got another format`);
  return path;
}

/** Hash over the sources of the build and the boot loader. */
async function hashInputs(): Promise<string> {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const sources = ['build.ts', 'boot-environment.ts', 'debian-archive.ts', 'disk.ts', 'firmware.ts'];
  const hash = createHash('sha256');
  for (const file of [...sources.map((name) => join(here, name)), LOADER]) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

/** True when something is at that path. */
async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
