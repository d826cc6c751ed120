/**
 * What a receiver of XMODEM and its UART do wrong, put between the line and a receiver that does everything right.
 * It knows blocks by their first byte and length; blocks with a one-byte checksum are one shorter:
 *
 *   SOH n 255-n 128 bytes CRC CRC      STX n 255-n 1024 bytes CRC CRC      EOT
 */
import type { FaultId } from '../faults/catalogue.js';
import type { Faults } from '../faults/faults.js';
import type { Wire } from './agent.js';

const SOH = 0x01;
const STX = 0x02;
const EOT = 0x04;
const ACK = 0x06;
const NAK = 0x15;
const CAN = 0x18;
const HEAD_BYTES = 3;
const SHORT_BYTES = 128;
const LONG_BYTES = 1024;
/** Which block a fault means that names none. */
const USUAL_BLOCK = 2;
/** No byte of a block is lost. */
const NO_BYTE = -1;

export interface BadWireOptions {
  readonly wire: Wire;
  readonly faults: Faults;
  /** Blocks end with a CRC of two bytes, not with one byte of checksum. */
  readonly crc: boolean;
  /** The device cancels: its receiver ends here. */
  cancel(): void;
}

export class BadWire implements Wire {
  readonly #options: BadWireOptions;
  readonly #numbers: Readonly<Partial<Record<FaultId, number>>>;
  readonly #refusesLong: boolean;
  #nakEot: boolean;
  #acks = 0;
  /** Bytes of the block that is coming. */
  #left = 0;
  #dropAt = NO_BYTE;
  #refusing = false;
  #blocks = 0;

  constructor(options: BadWireOptions) {
    this.#options = options;
    const { faults } = options;
    const numberOf = (id: FaultId): number => {
      const fault = faults.take(id);
      return fault === undefined ? 0 : Number(fault.effect ?? USUAL_BLOCK);
    };
    const ids = [
      'xmodem-NAK-every-k',
      'xmodem-lost-ACK',
      'xmodem-dup-block',
      'xmodem-CAN-at-N',
      'uart-overrun',
    ] as const;
    this.#numbers = Object.fromEntries(ids.map((id) => [id, numberOf(id)]));
    this.#refusesLong = faults.strikes('xmodem-refuse-1k');
    this.#nakEot = faults.strikes('xmodem-EOT-NAK-once');
  }

  onBytes(listener: (bytes: Uint8Array) => void): () => void {
    return this.#options.wire.onBytes((bytes) => {
      const heard = bytes.filter((byte) => this.#hears(byte));
      if (heard.length > 0) listener(heard);
    });
  }

  /** From the receiver: only its acknowledgements are touched. */
  write(bytes: Uint8Array): void {
    if (bytes.length !== 1 || bytes[0] !== ACK) {
      this.#options.wire.write(bytes);
      return;
    }
    this.#acks += 1;
    const is = (id: FaultId): boolean => this.#numbers[id] === this.#acks;
    const every = this.#numbers['xmodem-NAK-every-k'] ?? 0;
    if (is('xmodem-lost-ACK')) return;
    if (is('xmodem-CAN-at-N')) this.#cancel();
    else if (is('xmodem-dup-block')) this.#say(ACK, ACK);
    else this.#say(every > 0 && this.#acks % every === 0 ? NAK : ACK);
  }

  /** Whether the receiver gets a byte of the sender. */
  #hears(byte: number): boolean {
    if (this.#left === 0) return this.#begins(byte);
    this.#left -= 1;
    const heard = !this.#refusing && this.#left !== this.#dropAt;
    if (this.#left === 0) {
      if (this.#refusing) this.#say(NAK);
      this.#refusing = false;
      this.#dropAt = NO_BYTE;
    }
    return heard;
  }

  #begins(byte: number): boolean {
    const checkBytes = this.#options.crc ? 2 : 1;
    if (byte === SOH || byte === STX) {
      this.#left = HEAD_BYTES - 1 + (byte === SOH ? SHORT_BYTES : LONG_BYTES) + checkBytes;
      this.#blocks += 1;
      this.#refusing = byte === STX && this.#refusesLong;
      if (this.#blocks === this.#numbers['uart-overrun']) this.#dropAt = this.#left >> 1;
      return !this.#refusing;
    }
    if (byte !== EOT || !this.#nakEot) return true;
    this.#nakEot = false;
    this.#say(NAK);
    return false;
  }

  #cancel(): void {
    this.#say(CAN, CAN, CAN);
    this.#options.cancel();
  }

  #say(...bytes: readonly number[]): void {
    this.#options.wire.write(Uint8Array.from(bytes));
  }
}
