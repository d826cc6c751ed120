/**
 * The two-slot device of test/peers/device as a port of a site: what a site tells the `linux` driver about partitions,
 * slots and the boot loader, in the commands that a person would type.
 */
import type { JsonObject } from '../../core/json.js';
import { RAMDISK_ADDRESS } from '../peers/device/boot-environment.js';
import { RECEIVE_COMMAND } from '../peers/device/build.js';
import type { QemuDevice } from '../peers/device/device.js';

/** Free memory above the image and the kernel (`scratch_addr_r` of the board). */
const READ_BACK_ADDRESS = '0x48000000';

/** Properties of the port (drivers/linux/layout.ts). */
export const EDGE_PROPERTIES: JsonObject = {
  slots: {
    names: ['1', '2'],
    active: { command: 'cat /proc/cmdline', pattern: '\\bslot=(\\d)' },
    // Whoever was interrupted here may have left it mounted.
    install: [
      'umount /mnt 2>/dev/null; mount -t vfat /dev/vda{{otherSlot}} /mnt && cp {{image:path}} /mnt/initrd.gz && umount /mnt',
    ],
    // Read from the disk, not from the cache of what was just written.
    installedHash:
      'echo 3 > /proc/sys/vm/drop_caches; mount -t vfat -o ro /dev/vda{{otherSlot}} /mnt && sha256sum /mnt/initrd.gz; umount /mnt',
    select: ['echo slot={{otherSlot}} > /flash/slot.env && sync'],
    selected: { command: 'cat /flash/slot.env', pattern: '^slot=(\\d)' },
    undo: ['echo slot={{slot}} > /flash/slot.env && sync'],
  },
  facts: {
    serialNumber: { command: 'cat /flash/serial.txt', pattern: '^([\\w-]+)' },
    model: { command: 'cat /proc/device-tree/model; echo', pattern: '^([\\w,-]+)' },
  },
  imageVersion: '^edgeos-(\\d+\\.\\d+\\.\\d+)\\.img$',
  xmodemCommand: RECEIVE_COMMAND,
  ymodemCommand: `${RECEIVE_COMMAND} --ymodem -y`,
  loader: {
    type: 'u-boot',
    loadAddress: RAMDISK_ADDRESS,
    readBackAddress: READ_BACK_ADDRESS,
    slot: { command: 'printenv slot', pattern: '^slot=(\\d)' },
    write: ['virtio scan', 'fatwrite virtio 0:{{slot}} {{loadAddress}} initrd.gz {{sizeHex}}', 'run putslot'],
    readBack: 'load virtio 0:{{slot}} {{readBackAddress}} initrd.gz',
  },
};

/** What differs between the ports of two tests. */
export interface EdgePortOptions {
  readonly settings?: JsonObject;
  /** Address under which the device looks for the node's servers; absent: the site's. */
  readonly serverAddress?: string;
}

/** The entry of `ports.json` for a device. */
export function edgePort(device: QemuDevice, { settings = {}, serverAddress }: EdgePortOptions = {}): JsonObject {
  const address = device.consoleAddress;
  if (address.type !== 'tcp') throw new Error('expected a device with a TCP console');
  return {
    port: '1/1',
    driver: 'linux',
    description: 'edge device, two slots',
    console: { type: 'tcp', host: address.host, port: address.port },
    // QEMU's user-mode network speaks for the device with the address of this machine.
    management: { address: '127.0.0.1' },
    credentials: 'edge',
    properties: EDGE_PROPERTIES,
    settings,
    ...(serverAddress === undefined ? {} : { servers: { address: serverAddress } }),
  };
}
