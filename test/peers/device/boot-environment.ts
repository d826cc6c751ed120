/**
 * The U-Boot environment that makes the board a device with two firmware slots (U-Boot 2023.01, doc/usage).
 *
 * `bootcmd` reads the slot from `slot.env` on partition 3, boots it, and on failure says so and tries the other one.
 * When both fail, U-Boot ends at its prompt.
 *
 * A Linux kernel with a broken initramfs would panic and restart for ever. `bootslot` therefore unpacks the firmware once
 * into free memory before it starts the kernel: `unzip` answers non-zero to anything that is not a whole gzip file.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { run } from './program.js';

/** Size that this U-Boot was built with (CONFIG_ENV_SIZE); the checksum covers it. */
const ENVIRONMENT_BYTES = 0x40000;

/** Size of each of the two NOR flash banks of QEMU's `virt` machine (hw/arm/virt.c, VIRT_FLASH). */
const FLASH_BYTES = 64 * 1024 * 1024;

/** Where `loadx` and `load` put a firmware image. */
export const RAMDISK_ADDRESS = '0x44000000';

const ENVIRONMENT: Readonly<Record<string, string>> = {
  arch: 'arm',
  baudrate: '115200',
  bootdelay: '3',
  loadaddr: '0x40200000',
  scriptaddr: '0x40200000',
  kernel_addr_r: '0x40400000',
  ramdisk_addr_r: RAMDISK_ADDRESS,
  scratch_addr_r: '0x48000000',
  fdt_high: '0xffffffff',
  initrd_high: '0xffffffff',
  stdin: 'pl011@9000000',
  stdout: 'pl011@9000000',
  stderr: 'pl011@9000000',
  slot: '1',
  getslot:
    'virtio scan; if load virtio 0:3 ${scriptaddr} slot.env; then env import -t ${scriptaddr} ${filesize} slot; fi',
  putslot: 'env export -t ${scriptaddr} slot; fatwrite virtio 0:3 ${scriptaddr} slot.env ${filesize}',
  checkslot: 'load virtio 0:${slot} ${ramdisk_addr_r} initrd.gz && unzip ${ramdisk_addr_r} ${scratch_addr_r} 0x8000000',
  bootslot: [
    'load virtio 0:${slot} ${kernel_addr_r} Image',
    'run checkslot',
    'load virtio 0:${slot} ${ramdisk_addr_r} initrd.gz',
    'setenv bootargs console=ttyAMA0 slot=${slot} quiet panic=2',
    'booti ${kernel_addr_r} ${ramdisk_addr_r}:${filesize} ${fdtcontroladdr}',
  ].join(' && '),
  bootcmd: [
    'run getslot',
    'run bootslot',
    'echo SLOT ${slot} FAILED - FALLING BACK',
    'if test ${slot} = 1; then setenv slot 2; else setenv slot 1; fi',
    'run bootslot',
    'echo SLOT ${slot} FAILED - NO BOOTABLE FIRMWARE',
  ].join('; '),
};

/**
 * Writes the two flash banks: U-Boot itself, and its environment.
 *
 * @param loader - `u-boot.bin` of the board
 * @param flash0 - file to write: bank 0, read-only for the device
 * @param flash1 - file to write: bank 1, copied for each device
 */
export async function makeFlashBanks(loader: string, flash0: string, flash1: string): Promise<void> {
  await writeFile(flash0, await readFile(loader));
  await run('truncate', ['-s', String(FLASH_BYTES), flash0]);
  const text = `${flash1}.txt`;
  const lines = Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}`);
  await writeFile(text, lines.join('\n') + '\n');
  await run('mkenvimage', ['-s', String(ENVIRONMENT_BYTES), '-o', flash1, text]);
  await run('truncate', ['-s', String(FLASH_BYTES), flash1]);
}
