/**
 * Our client fetches a file by SFTP: many READs at once, what they bring handed on in order. Packets in, packets and bytes
 * out; it never waits. Source: draft-ietf-secsh-filexfer-02. The protocol knows no time: silence is the caller's stall limit.
 */
import { decodeAnswer } from './answer.js';
import type { SftpAnswer } from './answer.js';
import { DEFAULT_CLIENT_LIMITS, FIRST_REQUESTS } from './client-io.js';
import type { ClientLimits, SftpClientFailure, SftpFailed, SftpSend } from './client-io.js';
import { SftpOpening } from './client-opening.js';
import type { OpenedFile } from './client-opening.js';
import { FX, FXP, OPEN, PacketReader } from './packet.js';
import { encodePacket } from './wire.js';

type State = 'opening' | 'awaitSize' | 'deciding' | 'reading' | 'closing' | 'ended';

export type SftpFetchInput =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Answer to `size`: from which byte on. */
  | { readonly kind: 'start'; readonly offset: number }
  /** So many bytes of what was handed on are stored. */
  | { readonly kind: 'taken'; readonly lengthBytes: number };

export type SftpFetchOutput =
  | SftpSend
  /** The file is open; answer with `start`. Absent where the server does not tell its length: it is read to its end. */
  | { readonly kind: 'size'; readonly sizeBytes: number | undefined }
  /** The next bytes of the file, in order. */
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** The whole file was handed on. */
  | { readonly kind: 'done'; readonly sizeBytes: number }
  | SftpFailed;

interface Asked {
  readonly offset: number;
  readonly lengthBytes: number;
}

export class SftpFetch {
  readonly #limits: ClientLimits;
  readonly #packets = new PacketReader();
  readonly #opening: SftpOpening;
  #file: OpenedFile | undefined;
  #state: State = 'opening';
  #outputs: SftpFetchOutput[] = [];
  #requestId = 1;
  #most = FIRST_REQUESTS;
  /** By request id, oldest first. */
  readonly #asked = new Map<number, Asked>();
  /** By offset: came before what stands before it. */
  readonly #early = new Map<number, Uint8Array>();
  /** Asked for, or here and not stored yet. */
  #openBytes = 0;
  #askOffset = 0;
  #handOffset = 0;
  /** Where the file ends; unknown until the server says so. */
  #endOffset = Infinity;

  constructor(path: string, limits: ClientLimits = DEFAULT_CLIENT_LIMITS) {
    this.#limits = limits;
    this.#opening = new SftpOpening(path, OPEN.read);
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  start(): readonly SftpFetchOutput[] {
    return [{ kind: 'send', bytes: this.#opening.start() }];
  }

  handle(input: SftpFetchInput): readonly SftpFetchOutput[] {
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
      case 'taken':
        this.#openBytes -= input.lengthBytes;
    }
    this.#readOn();
    return this.#outputs;
  }

  #take(answer: SftpAnswer): void {
    if (this.ended) return;
    if (answer.kind === 'malformed') {
      this.#fail({ reason: 'illegal', message: answer.reason });
      return;
    }
    switch (this.#state) {
      case 'opening':
        this.#open(answer);
        return;
      case 'awaitSize':
        this.#takeSize(answer);
        return;
      case 'reading':
        this.#takeData(answer);
        return;
      case 'closing':
        this.#finish();
        return;
      case 'deciding':
      case 'ended':
        this.#fail({ reason: 'illegal', message: `a ${answer.kind} answer was not asked for` });
    }
  }

  #open(answer: SftpAnswer): void {
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
        this.#state = 'awaitSize';
        this.#ask(FXP.fstat, []);
    }
  }

  #takeSize(answer: SftpAnswer): void {
    this.#state = 'deciding';
    const sizeBytes = answer.kind === 'attrs' ? answer.attributes.sizeBytes : undefined;
    if (sizeBytes !== undefined) this.#endOffset = sizeBytes;
    this.#outputs.push({ kind: 'size', sizeBytes });
  }

  #begin(offset: number): void {
    if (this.#state !== 'deciding') return;
    this.#state = 'reading';
    this.#askOffset = offset;
    this.#handOffset = offset;
  }

  #takeData(answer: SftpAnswer): void {
    const asked = 'id' in answer ? this.#asked.get(answer.id) : undefined;
    if (asked === undefined || !('id' in answer)) {
      this.#fail({ reason: 'illegal', message: `a ${answer.kind} answer was not asked for` });
      return;
    }
    this.#asked.delete(answer.id);
    this.#most = Math.min(this.#limits.maxRequests, this.#most + 1);
    if (answer.kind === 'data') this.#takeBytes(answer.bytes, asked);
    else if (answer.kind === 'status' && answer.code === FX.eof) this.#takeEnd(asked);
    else if (answer.kind === 'status') this.#fail({ reason: 'status', code: answer.code, message: answer.text });
    else this.#fail({ reason: 'illegal', message: `a ${answer.kind} answer to a READ` });
  }

  #takeBytes(bytes: Uint8Array, { offset, lengthBytes }: Asked): void {
    if (bytes.length === 0 || bytes.length > lengthBytes) {
      this.#fail({ reason: 'illegal', message: `${bytes.length} bytes came for a READ of ${lengthBytes}` });
      return;
    }
    // §6.4: fewer bytes than asked for are no end of the file.
    if (bytes.length < lengthBytes) this.#askRead(offset + bytes.length, lengthBytes - bytes.length);
    this.#early.set(offset, bytes);
    for (let next = this.#early.get(this.#handOffset); next !== undefined; next = this.#early.get(this.#handOffset)) {
      this.#early.delete(this.#handOffset);
      this.#handOffset += next.length;
      this.#outputs.push({ kind: 'data', bytes: next });
    }
  }

  #takeEnd({ offset, lengthBytes }: Asked): void {
    this.#openBytes -= lengthBytes;
    if (this.#endOffset !== Infinity && offset < this.#endOffset) {
      this.#fail({ reason: 'length', message: `the file ended before byte ${offset}, expected ${this.#endOffset}` });
      return;
    }
    this.#endOffset = Math.min(this.#endOffset, offset);
  }

  /** Keeps enough READs open, and closes when everything is handed on. */
  #readOn(): void {
    const file = this.#file;
    if (this.#state !== 'reading' || file === undefined) return;
    const { maxBytes, maxRequestBytes } = this.#limits;
    while (this.#asked.size < this.#most && this.#openBytes < maxBytes && this.#askOffset < this.#endOffset) {
      const lengthBytes = Math.min(file.maxReadBytes, maxRequestBytes, this.#endOffset - this.#askOffset);
      this.#openBytes += lengthBytes;
      this.#askRead(this.#askOffset, lengthBytes);
      this.#askOffset += lengthBytes;
    }
    if (this.#asked.size > 0 || this.#handOffset < this.#endOffset) return;
    this.#state = 'closing';
    this.#ask(FXP.close, []);
  }

  #askRead(offset: number, lengthBytes: number): void {
    this.#asked.set(this.#requestId, { offset, lengthBytes });
    this.#ask(FXP.read, [{ u64: offset }, { u32: lengthBytes }]);
  }

  #ask(type: number, fields: Parameters<typeof encodePacket>[1]): void {
    const handle = this.#file?.handle ?? new Uint8Array(0);
    const bytes = encodePacket(type, [{ u32: this.#requestId }, { string: handle }, ...fields]);
    this.#requestId = (this.#requestId + 1) >>> 0;
    this.#outputs.push({ kind: 'send', bytes });
  }

  /** That the handle was let go of badly takes nothing from the bytes. */
  #finish(): void {
    this.#state = 'ended';
    this.#outputs.push({ kind: 'done', sizeBytes: this.#handOffset });
  }

  #fail(failure: SftpClientFailure): void {
    this.#state = 'ended';
    this.#outputs.push({ kind: 'failed', ...failure });
  }
}
