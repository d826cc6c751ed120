/**
 * Our client brings a file by SFTP: many WRITEs at once. Packets and bytes in, packets out; it never waits.
 * Source: draft-ietf-secsh-filexfer-02, OpenSSH PROTOCOL §4.4 (statvfs). The protocol knows no time: silence is the caller's
 * stall limit.
 *
 * Servers answer a full disk with FAILURE, as they do anything else they have no code for. What the disk has free tells
 * which it was.
 */
import { decodeAnswer } from './answer.js';
import type { SftpAnswer } from './answer.js';
import { BRING_TRANSITIONS } from './bring-states.js';
import type { BringState } from './bring-states.js';
import { DEFAULT_CLIENT_LIMITS, FIRST_REQUESTS } from './client-io.js';
import type { ClientLimits, SftpClientFailure, SftpFailed, SftpSend } from './client-io.js';
import { SftpOpening } from './client-opening.js';
import type { OpenedFile } from './client-opening.js';
import { FX, FXP, OPEN, PacketReader, PLAIN_DATA_BYTES, attributeFields, encodeWriteHead } from './packet.js';
import { encodePacket } from './wire.js';
import type { WireField } from './wire.js';

const STATVFS = 'statvfs@openssh.com';

export type SftpBringInput =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Answer to `held`: the first byte that is to be written. */
  | { readonly kind: 'start'; readonly offset: number }
  /** Answer to `needData`; with `last` nothing follows. */
  | { readonly kind: 'data'; readonly bytes: Uint8Array; readonly last: boolean };

export type SftpBringOutput =
  | SftpSend
  /** So much is there already, and this is its end: answer with `start`. Only where a resume was asked for. */
  | { readonly kind: 'held'; readonly sizeBytes: number; readonly tail: Uint8Array }
  | { readonly kind: 'needData'; readonly maxBytes: number }
  /** The first `bytes` of the file are acknowledged. */
  | { readonly kind: 'progress'; readonly bytes: number }
  | { readonly kind: 'done'; readonly sizeBytes: number }
  | SftpFailed;

export interface SftpBringOptions {
  readonly path: string;
  /** Builds on what an earlier transfer left there. */
  readonly resume: boolean;
  readonly limits?: ClientLimits;
}

export class SftpBring {
  readonly #path: string;
  readonly #limits: ClientLimits;
  readonly #resume: boolean;
  readonly #packets = new PacketReader();
  readonly #opening: SftpOpening;
  #file: OpenedFile | undefined;
  #state: BringState = 'opening';
  #outputs: SftpBringOutput[] = [];
  #requestId = 1;
  #most = FIRST_REQUESTS;
  /** Offset and length by request id, oldest first: the first is the end of what is acknowledged. */
  readonly #open = new Map<number, { readonly offset: number; readonly lengthBytes: number }>();
  #openBytes = 0;
  #heldBytes = 0;
  #offset = 0;
  #asking = false;
  #lastGiven = false;
  #refusal: SftpClientFailure | undefined;

  constructor({ path, resume, limits = DEFAULT_CLIENT_LIMITS }: SftpBringOptions) {
    this.#path = path;
    this.#limits = limits;
    this.#resume = resume;
    const access = resume ? OPEN.read | OPEN.write : OPEN.write | OPEN.truncate;
    this.#opening = new SftpOpening(path, access | OPEN.create);
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  start(): readonly SftpBringOutput[] {
    return [{ kind: 'send', bytes: this.#opening.start() }];
  }

  handle(input: SftpBringInput): readonly SftpBringOutput[] {
    this.#outputs = [];
    if (this.ended) return this.#outputs;
    switch (input.kind) {
      case 'bytes':
        for (const packet of this.#packets.read(input.bytes)) {
          this.#take(packet === 'tooLong' ? { kind: 'malformed', reason: 'a packet too long' } : decodeAnswer(packet));
        }
        break;
      case 'start':
        this.#begin(input.offset);
        break;
      case 'data':
        this.#write(input.bytes, input.last);
    }
    this.#writeOn();
    return this.#outputs;
  }

  #take(answer: SftpAnswer): void {
    if (this.ended) return;
    const action = answer.kind === 'malformed' ? undefined : BRING_TRANSITIONS[this.#state][answer.kind];
    switch (action) {
      case undefined:
        this.#fail({ reason: 'illegal', message: `a ${answer.kind} answer while ${this.#state}` });
        return;
      case 'open':
        this.#openFile(answer);
        return;
      case 'takeHeldSize':
        this.#takeHeldSize(answer);
        return;
      case 'takeTail':
        this.#tellHeld(answer.kind === 'data' ? answer.bytes.slice() : new Uint8Array(0));
        return;
      case 'truncated':
        if (this.#accepted(answer)) this.#state = 'writing';
        return;
      case 'acknowledge':
        this.#acknowledge(answer);
        return;
      case 'takeFreeSpace':
        this.#takeFreeSpace(answer);
        return;
      case 'takeFinalSize':
        this.#takeFinalSize(answer);
        return;
      case 'finish':
        if (this.#accepted(answer)) this.#finish();
    }
  }

  #openFile(answer: SftpAnswer): void {
    const step = this.#opening.take(answer);
    switch (step.kind) {
      case 'send':
        this.#outputs.push(step);
        return;
      case 'failed':
        this.#fail(step.failure);
        return;
      case 'opened':
        this.#file = step.file;
        this.#state = this.#resume ? 'awaitHeldSize' : 'writing';
        if (this.#resume) this.#ask(FXP.fstat, []);
    }
  }

  #takeHeldSize(answer: SftpAnswer): void {
    this.#heldBytes = answer.kind === 'attrs' ? (answer.attributes.sizeBytes ?? 0) : 0;
    const lengthBytes = Math.min(this.#heldBytes, PLAIN_DATA_BYTES);
    if (lengthBytes === 0) {
      this.#tellHeld(new Uint8Array(0));
      return;
    }
    this.#state = 'awaitTail';
    this.#ask(FXP.read, [{ u64: this.#heldBytes - lengthBytes }, { u32: lengthBytes }]);
  }

  #tellHeld(tail: Uint8Array): void {
    this.#state = 'deciding';
    this.#outputs.push({ kind: 'held', sizeBytes: this.#heldBytes, tail });
  }

  #begin(offset: number): void {
    if (this.#state !== 'deciding') return;
    this.#offset = offset;
    this.#state = offset === this.#heldBytes ? 'writing' : 'truncating';
    if (this.#state === 'truncating') this.#ask(FXP.fsetstat, attributeFields({ sizeBytes: offset }));
  }

  /** Asks the caller for the next piece while requests may be open, and ends when all of them are answered. */
  #writeOn(): void {
    if (this.#state !== 'writing') return;
    if (this.#lastGiven) {
      if (this.#open.size > 0) return;
      this.#state = 'awaitFinalSize';
      this.#ask(FXP.fstat, []);
      return;
    }
    const { maxBytes, maxRequestBytes } = this.#limits;
    if (this.#asking || this.#open.size >= this.#most || this.#openBytes >= maxBytes) return;
    this.#asking = true;
    this.#outputs.push({
      kind: 'needData',
      maxBytes: Math.min(this.#file?.maxWriteBytes ?? PLAIN_DATA_BYTES, maxRequestBytes),
    });
  }

  #write(bytes: Uint8Array, last: boolean): void {
    const file = this.#file;
    if (this.#state !== 'writing' || file === undefined) return;
    this.#asking = false;
    this.#lastGiven = last;
    if (bytes.length === 0) return;
    const id = this.#nextId();
    this.#open.set(id, { offset: this.#offset, lengthBytes: bytes.length });
    this.#openBytes += bytes.length;
    this.#outputs.push({ kind: 'send', bytes: encodeWriteHead(id, file.handle, this.#offset, bytes.length) });
    this.#outputs.push({ kind: 'send', bytes });
    this.#offset += bytes.length;
  }

  #acknowledge(answer: SftpAnswer): void {
    const open = 'id' in answer ? this.#open.get(answer.id) : undefined;
    if (open === undefined || answer.kind !== 'status') {
      this.#fail({ reason: 'illegal', message: 'the answer to a WRITE that was never sent' });
      return;
    }
    this.#open.delete(answer.id);
    this.#openBytes -= open.lengthBytes;
    this.#most = Math.min(this.#limits.maxRequests, this.#most + 1);
    if (answer.code !== FX.ok) {
      this.#refused({ reason: 'status', code: answer.code, message: answer.text });
      return;
    }
    const [oldest] = this.#open.values();
    this.#outputs.push({ kind: 'progress', bytes: oldest?.offset ?? this.#offset });
  }

  #refused(refusal: Extract<SftpClientFailure, { reason: 'status' }>): void {
    if (refusal.code !== FX.failure || this.#file?.extensions.has(STATVFS) !== true) {
      this.#fail(refusal);
      return;
    }
    this.#refusal = refusal;
    this.#state = 'awaitFreeSpace';
    const id = this.#nextId();
    const fields = [{ u32: id }, { text: STATVFS }, { text: this.#path }];
    this.#outputs.push({ kind: 'send', bytes: encodePacket(FXP.extended, fields) });
  }

  #takeFreeSpace(answer: SftpAnswer): void {
    // Answers to WRITEs that were on their way are no news any more.
    if ('id' in answer && this.#open.delete(answer.id)) return;
    const refusal = this.#refusal ?? { reason: 'illegal', message: 'refused' };
    if (answer.kind !== 'extended') {
      this.#fail(refusal);
      return;
    }
    // f_bsize, f_frsize, f_blocks, f_bfree, f_bavail
    const [, blockBytes = 0, , , freeBlocks = 0] = Array.from({ length: 5 }, () => answer.reader.u64());
    const freeBytes = blockBytes * freeBlocks;
    if (answer.reader.broken || freeBytes >= this.#openBytes + PLAIN_DATA_BYTES) this.#fail(refusal);
    else this.#fail({ reason: 'space', message: `${freeBytes} bytes are free there` });
  }

  #takeFinalSize(answer: SftpAnswer): void {
    const sizeBytes = answer.kind === 'attrs' ? answer.attributes.sizeBytes : undefined;
    if (sizeBytes !== undefined && sizeBytes !== this.#offset) {
      this.#fail({ reason: 'length', message: `the file is ${sizeBytes} bytes long there, expected ${this.#offset}` });
      return;
    }
    this.#state = 'closing';
    this.#ask(FXP.close, []);
  }

  #accepted(answer: SftpAnswer): boolean {
    if (answer.kind === 'status' && answer.code === FX.ok) return true;
    const [code, message] = answer.kind === 'status' ? [answer.code, answer.text] : [FX.badMessage, answer.kind];
    this.#fail({ reason: 'status', code, message });
    return false;
  }

  #ask(type: number, fields: readonly WireField[]): void {
    const handle = this.#file?.handle ?? new Uint8Array(0);
    this.#outputs.push({
      kind: 'send',
      bytes: encodePacket(type, [{ u32: this.#nextId() }, { string: handle }, ...fields]),
    });
  }

  #nextId(): number {
    this.#requestId = (this.#requestId + 1) >>> 0;
    return this.#requestId;
  }

  #finish(): void {
    this.#state = 'ended';
    this.#outputs.push({ kind: 'done', sizeBytes: this.#offset });
  }

  #fail(failure: SftpClientFailure): void {
    this.#state = 'ended';
    this.#outputs.push({ kind: 'failed', ...failure });
  }
}
