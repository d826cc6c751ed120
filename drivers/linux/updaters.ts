/**
 * Update clients of two-slot Linux systems, as commands in the form of the property `slots`.
 * RAUC: its manual page (`rauc install`, `rauc status mark-{good,active} [booted|other]`) and JSON status; its bundles are signed
 * and checked as they are written. SWUpdate: its manual (`swupdate -i FILE -e SOFTWARE,MODE`); which slot runs and boots next
 * is the board's own business there, so the port must say it.
 * Neither was tried on a device: everything here is replaced by what the port says.
 */
import type { JsonObject } from '../../core/json.js';

const RAUC_STATUS = 'rauc status --output-format=json';

export const UPDATERS: Readonly<Record<string, JsonObject>> = {
  rauc: {
    names: ['rootfs.0', 'rootfs.1'],
    active: { command: RAUC_STATUS, pattern: '"([\\w.-]+)": ?\\{[^{}]*"state": ?"booted"' },
    install: ['rauc install {{image:path}}'],
    select: ['rauc status mark-active other'],
    selected: { command: RAUC_STATUS, pattern: '"boot_primary": ?"([\\w.-]+)"' },
    undo: ['rauc status mark-active booted'],
    confirm: ['rauc status mark-good'],
  },
  swupdate: { install: ['swupdate -i {{image:path}} -e stable,{{otherSlot}}'] },
};
