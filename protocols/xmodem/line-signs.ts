/** What a byte from a receiver's console means to a sender. */
import { ACK, CAN, CRC_REQUEST, NAK } from './block.js';

export type LineSign = 'ack' | 'nak' | 'crcRequest' | 'cancel' | 'text';

/** Before a `C` these make it a letter of a word; another `C` is a request that was repeated. */
const WORD = /[0-9ABD-Za-z]/;

/** Reads one byte after another; what it means may depend on the byte before. */
export class LineSigns {
  #before = 0;

  /** Undefined: nothing yet. */
  read(byte: number): LineSign | undefined {
    const before = this.#before;
    this.#before = byte;
    switch (byte) {
      case ACK:
        return 'ack';
      case NAK:
        return 'nak';
      case CAN:
        // One CAN may be noise; nothing but an abort makes two in a row.
        return before === CAN ? 'cancel' : undefined;
      case CRC_REQUEST:
        return WORD.test(String.fromCharCode(before)) ? 'text' : 'crcRequest';
      default:
        return 'text';
    }
  }
}
