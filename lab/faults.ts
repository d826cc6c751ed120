/** What goes wrong on purpose. Names are those of the research's table of injections. */

export const FAULT_IDS = [
  /** The TFTP server is never reached. */
  'tftp-timeout',
  /** The device asks the server for another name, so that the server itself refuses. */
  'tftp-enoent',
  /** One bit of the received file is turned. */
  'bit-flip',
  /** The received file ends early. */
  'short-file',
  /** Flash is full when the file is written. */
  'no-space',
  /** `Erase flash: before copying?` */
  'erase-prompt',
  /** The device says it is ready for XMODEM, and then never asks for a block. */
  'xmodem-never-C',
  /** The reload is confirmed and does not happen. */
  'no-reload',
  /** The boot stops after the image was unpacked, until the power is cycled. */
  'hang-after-decompress',
  /** The loader takes the image that ran before, whatever the boot lines say. */
  'boots-old-image',
  /** The image crashes at the end of its start. */
  'boot-loop',
  /** One interface is not there after the next boot. */
  'interface-lost',
  /** Another unit answers after the next boot. */
  'serial-changed',
  /** A log line follows a prompt on the same line. */
  'log-noise-after-prompt',
  /** `install add` finds that the image does not suit. */
  'install-precheck-fails',
  /** The switch holds core dumps, and asks before it downloads. */
  'core-dumps',
  /** The three warnings about an image's signature, and the error. */
  'signature-unsigned',
  'signature-nocert',
  'signature-badcert',
  'signature-fatal',
  /** A question that no vendor page knows comes before the download. */
  'unknown-question',
  /** One slot of a stack does not follow when the partition is selected. */
  'slot-behind',
  /** Logins are refused long after the start. */
  'aaa-pending',
  /** The power goes at `at`, and comes back after `offMs` where given. */
  'power-fail',
] as const;

export type FaultId = (typeof FAULT_IDS)[number];

/** Where a `power-fail` strikes: a command line, a byte of a transfer, or a piece of output. */
export type FaultPoint = { readonly command: string } | { readonly bytes: number } | { readonly output: string };

export interface Fault {
  readonly id: FaultId;
  /** How often; default 1. */
  readonly times?: number;
  readonly at?: FaultPoint;
  /** Wall-clock ms without power. Absent: it stays off. */
  readonly offMs?: number;
}

export class Faults {
  readonly #armed: { fault: Fault; left: number }[] = [];

  arm(fault: Fault): void {
    this.#armed.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#armed.splice(0);
  }

  /** Uses a fault up once. `fits` decides about its point. */
  take(id: FaultId, fits: (at: FaultPoint | undefined) => boolean = () => true): Fault | undefined {
    const found = this.#armed.find((entry) => entry.fault.id === id && entry.left > 0 && fits(entry.fault.at));
    if (found === undefined) return undefined;
    found.left -= 1;
    return found.fault;
  }
}
