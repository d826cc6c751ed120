/**
 * The device's disk: an MBR with three FAT partitions, read and written from outside with mtools while the device is
 * off. FAT because the boot loader of the device can write it (`fatwrite`) and cannot write ext4.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './program.js';

const SECTOR_BYTES = 512;

interface Partition {
  readonly startSector: number;
  readonly sectors: number;
  readonly fatBits: 16 | 32;
  readonly label: string;
}

/**
 * 48 MiB hold the kernel (27 MB) and two firmware images, and with 512-byte clusters are more than the 65,525 clusters
 * that make a FAT32 (Microsoft FAT specification 1.03, section 3.5). 8 MiB with them are a FAT16.
 */
const PARTITIONS = {
  1: { startSector: 2048, sectors: 98304, fatBits: 32, label: 'SLOT-A' },
  2: { startSector: 100352, sectors: 98304, fatBits: 32, label: 'SLOT-B' },
  3: { startSector: 198656, sectors: 16384, fatBits: 16, label: 'FLASH' },
} as const satisfies Record<1 | 2 | 3, Partition>;

/** Partition number: 1 and 2 are the firmware slots, 3 holds what belongs to the device itself. */
export type PartitionNumber = keyof typeof PARTITIONS;

/** A firmware slot: partition 1 (slot A) or 2 (slot B). */
export type Slot = 1 | 2;

/** A sector after the last partition, so that tools which round find room. */
const DISK_SECTORS = 215040 + 2048;

/**
 * Makes an empty disk with the three formatted partitions.
 *
 * @param disk - file to create (sparse, 106 MiB)
 */
export async function makeDisk(disk: string): Promise<void> {
  await run('truncate', ['-s', String(DISK_SECTORS * SECTOR_BYTES), disk]);
  const table = ['-s', '-a', 'none', disk, 'mklabel', 'msdos'];
  for (const partition of Object.values(PARTITIONS)) {
    const last = partition.startSector + partition.sectors - 1;
    table.push(
      'mkpart',
      'primary',
      `fat${String(partition.fatBits)}`,
      `${String(partition.startSector)}s`,
      `${String(last)}s`,
    );
  }
  await run('parted', table);
  for (const { startSector, sectors, fatBits, label } of Object.values(PARTITIONS)) {
    const format = ['-F', String(fatBits), '-s', '1', '-i', 'ed6e0000', '--invariant', '-n', label];
    // The size is counted in 1 KiB blocks (mkfs.fat(8)).
    await run('mkfs.fat', [...format, '--offset', String(startSector), disk, String(sectors / 2)]);
  }
}

/** How mtools names a partition inside a disk image: `file@@offset` (mtools(1), "Drive specification"). */
function drive(disk: string, partition: PartitionNumber): string {
  return `${disk}@@${String(PARTITIONS[partition].startSector * SECTOR_BYTES)}`;
}

/**
 * Copies a file of this machine onto the disk, replacing one of that name.
 *
 * @param disk - disk image of a device that is off
 * @param partition - where to
 * @param source - file of this machine
 * @param name - name on the partition
 */
export async function putFile(disk: string, partition: PartitionNumber, source: string, name: string): Promise<void> {
  await run('mcopy', ['-o', '-i', drive(disk, partition), source, `::${name}`]);
}

/**
 * Makes a folder on the disk.
 *
 * @param disk - disk image of a device that is off
 * @param partition - where
 * @param name - its name
 */
export async function makeFolder(disk: string, partition: PartitionNumber, name: string): Promise<void> {
  await run('mmd', ['-i', drive(disk, partition), `::${name}`]);
}

/**
 * Writes bytes as a file onto the disk, replacing one of that name.
 *
 * @param disk - disk image of a device that is off
 * @param partition - where to
 * @param name - name on the partition
 * @param content - the bytes
 */
export async function putBytes(
  disk: string,
  partition: PartitionNumber,
  name: string,
  content: Uint8Array,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'edgeos-put-'));
  try {
    await writeFile(join(folder, 'content'), content);
    await putFile(disk, partition, join(folder, 'content'), name);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Reads a file from the disk.
 *
 * @param disk - disk image of a device that is off
 * @param partition - where from
 * @param name - name on the partition
 * @returns its bytes, or undefined when there is no such file
 */
export async function getBytes(disk: string, partition: PartitionNumber, name: string): Promise<Buffer | undefined> {
  const names = (await run('mdir', ['-b', '-i', drive(disk, partition), '::'])).toString();
  if (!names.split('\n').includes(`::/${name}`)) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'edgeos-get-'));
  try {
    await run('mcopy', ['-i', drive(disk, partition), `::${name}`, join(folder, 'content')]);
    return await readFile(join(folder, 'content'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Removes a file from the disk; it must exist.
 *
 * @param disk - disk image of a device that is off
 * @param partition - where
 * @param name - name on the partition
 */
export async function removeFile(disk: string, partition: PartitionNumber, name: string): Promise<void> {
  await run('mdel', ['-i', drive(disk, partition), `::${name}`]);
}
