/**
 * One client's SFTP session at a server that has one file for it. Packets and answers in, packets and wishes out; it never
 * waits. Source: draft-ietf-secsh-filexfer-02 (version 3). Done: all of it that one file needs, `limits` and `fsync` of
 * OpenSSH. Not done: links, names that change (REMOVE, RENAME, MKDIR … are refused), attributes other than the length.
 *
 * What touches the file (open for writing, READ, WRITE, CLOSE) is done one after the other, in the order it was asked, so that
 * a file that is only ever read or written front to back serves a client that asks for sixty pieces at once. Everything
 * else is answered at once. The file itself is the caller's: it answers each wish with `data`, `done` or `refused`.
 */
import { FX, MAX_DATA_BYTES, MAX_PACKET_BYTES, OPEN, PacketReader, encodeDataHead } from './packet.js';
import {
  encodeAttributes,
  encodeEntry,
  encodeHandle,
  encodeLimits,
  encodeRealpath,
  encodeStatus,
  encodeVersion,
} from './reply.js';
import { decodeRequest } from './request.js';
import type { FileRequest, SftpRequest } from './request.js';
import { ServedTree, canonicalName } from './served-tree.js';
import type { NodeKind } from './served-tree.js';
import type { SftpServed, SftpServerInput, SftpServerOutput } from './server-io.js';

type State = 'awaitInit' | 'serving' | 'ended';
type Event = 'init' | 'request' | 'malformed' | 'abort';
type Action = 'greet' | 'take' | 'failIllegal' | 'failAborted';
type Row = Readonly<Partial<Record<Event, readonly [Action, State]>>>;

/** state × event → what to do, next state. An event without a row breaks the protocol. */
const TRANSITIONS: Readonly<Record<State, Row>> = {
  awaitInit: { init: ['greet', 'serving'], abort: ['failAborted', 'ended'] },
  serving: { request: ['take', 'serving'], abort: ['failAborted', 'ended'] },
  ended: {},
};

/** Open handles: a client needs two. */
const MAX_HANDLES = 16;
/** Requests that may wait; the caller reads no more from the client then. OpenSSH asks for 64 at once. */
const MAX_WAITING = 128;
/** Written bytes that may wait. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

interface FileHandle {
  readonly kind: 'file';
  readonly access: 'read' | 'write';
  /** Up to where it was read without a gap; absent before the first READ. */
  readBytes?: number;
}
interface FolderHandle {
  readonly kind: 'folder';
  readonly name: string;
  listed: boolean;
}

export class SftpServerSession {
  readonly #served: SftpServed;
  readonly #tree: ServedTree;
  readonly #packets = new PacketReader();
  readonly #handles = new Map<string, FileHandle | FolderHandle>();
  readonly #waiting: FileRequest[] = [];
  #waitingBytes = 0;
  #sizeBytes: number;
  /** What is there to see: a file that was never brought is not. */
  #exists: boolean;
  #handleNumber = 0;
  #current: FileRequest | undefined;
  #state: State = 'awaitInit';
  #outputs: SftpServerOutput[] = [];

  constructor(served: SftpServed) {
    this.#served = served;
    this.#tree = new ServedTree(served.path);
    this.#sizeBytes = served.sizeBytes;
    this.#exists = served.access === 'read' || served.sizeBytes > 0;
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** False while so much waits that no more should be read from the client. */
  get wantsInput(): boolean {
    return this.#waiting.length < MAX_WAITING && this.#waitingBytes < MAX_WAITING_BYTES;
  }

  handle(input: SftpServerInput): readonly SftpServerOutput[] {
    this.#outputs = [];
    if (this.ended) return this.#outputs;
    switch (input.kind) {
      case 'bytes':
        this.#read(input.bytes);
        break;
      case 'data':
        this.#answerRead(input.bytes);
        break;
      case 'done':
        this.#answerDone(input.sizeBytes);
        break;
      case 'refused':
        this.#answerRefused(input.code, input.message);
        break;
      case 'closed':
        this.#state = 'ended';
        for (const handle of this.#handles.values()) this.#tellFetched(handle);
        return this.#outputs;
      case 'abort':
        this.#step('abort', { kind: 'malformed', reason: input.message });
    }
    this.#workOn();
    return this.#outputs;
  }

  #read(bytes: Uint8Array): void {
    for (const packet of this.#packets.read(bytes)) {
      const request: SftpRequest =
        packet === 'tooLong'
          ? { kind: 'malformed', reason: `no packet length from 1 to ${MAX_PACKET_BYTES}` }
          : decodeRequest(packet);
      if (request.kind === 'init' || request.kind === 'malformed') this.#step(request.kind, request);
      else this.#step('request', request);
      if (this.ended) return;
    }
  }

  #step(event: Event, request: SftpRequest): void {
    const [action, next] = TRANSITIONS[this.#state][event] ?? ['failIllegal', 'ended'];
    this.#state = next;
    switch (action) {
      case 'greet':
        this.#send(encodeVersion());
        return;
      case 'take':
        this.#take(request);
        return;
      case 'failIllegal':
        this.#fail('illegal', request.kind === 'malformed' ? request.reason : `${request.kind} at the wrong moment`);
        return;
      case 'failAborted':
        this.#fail('aborted', request.kind === 'malformed' ? request.reason : '');
    }
  }

  #fail(reason: 'illegal' | 'aborted', message: string): void {
    this.#waiting.length = 0;
    this.#outputs.push({ kind: 'failed', reason, message });
  }

  #take(request: SftpRequest): void {
    switch (request.kind) {
      case 'open':
      case 'read':
      case 'write':
      case 'close':
      case 'fsetstat':
      case 'sync':
        this.#waiting.push(request);
        if (request.kind === 'write') this.#waitingBytes += request.bytes.length;
        return;
      case 'limits':
        this.#send(encodeLimits(request.id, MAX_HANDLES));
        return;
      case 'fstat':
        this.#answerHandleStat(request.id, request.handle);
        return;
      case 'stat':
        this.#answerStat(request.id, this.#tree.find(request.name));
        return;
      case 'setstat':
        this.#status(request.id, this.#served.access === 'write' ? FX.ok : FX.permissionDenied);
        return;
      case 'realpath':
        this.#answerRealpath(request.id, request.name);
        return;
      case 'opendir':
        this.#openFolder(request.id, request.name);
        return;
      case 'readdir':
        this.#readFolder(request.id, request.handle);
        return;
      case 'forbidden':
        this.#status(request.id, FX.permissionDenied);
        return;
      case 'unsupported':
        this.#status(request.id, FX.opUnsupported);
        return;
      case 'init':
      case 'malformed':
        return;
    }
  }

  /** Does what waits, up to the first that needs the caller. */
  #workOn(): void {
    while (this.#current === undefined && !this.ended) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      if (next.kind === 'write') this.#waitingBytes -= next.bytes.length;
      if (this.#start(next)) this.#current = next;
    }
  }

  /** True where the caller was asked for something. */
  #start(request: FileRequest): boolean {
    if (request.kind === 'open') return this.#open(request);
    const handle = this.#handles.get(request.handle);
    if (handle === undefined) return this.#refuse(request.id, FX.failure, 'no such handle');
    if (request.kind === 'close') return this.#close(request, handle);
    if (handle.kind === 'folder') return this.#refuse(request.id, FX.failure, 'a folder');
    switch (request.kind) {
      case 'read':
        return this.#startRead(request, handle);
      case 'write':
        if (handle.access === 'read') return this.#refuse(request.id, FX.permissionDenied, 'opened for reading');
        this.#outputs.push({ kind: 'write', offset: request.offset, bytes: request.bytes });
        return true;
      case 'fsetstat':
        return this.#setLength(request, handle);
      case 'sync':
        // What `done` was said for is with the caller already.
        this.#status(request.id, FX.ok);
        return false;
    }
  }

  #open({ id, name, flags }: Extract<SftpRequest, { kind: 'open' }>): boolean {
    const kind = this.#tree.find(name);
    const writes = (flags & OPEN.write) !== 0;
    if (kind === undefined) return this.#refuse(id, FX.noSuchFile);
    if (kind === 'folder') return this.#refuse(id, FX.failure, 'a folder');
    if (writes !== (this.#served.access === 'write') || (flags & (OPEN.read | OPEN.write)) === 0) {
      return this.#refuse(id, FX.permissionDenied, writes ? 'this file is only read' : 'this file is only brought');
    }
    if (this.#handles.size >= MAX_HANDLES) return this.#refuse(id, FX.failure, 'too many open files');
    if (!writes) {
      this.#giveHandle(id, { kind: 'file', access: 'read' });
      return false;
    }
    if ([...this.#handles.values()].some((handle) => handle.kind === 'file')) {
      return this.#refuse(id, FX.failure, 'opened already');
    }
    this.#outputs.push({ kind: 'open', truncate: (flags & OPEN.truncate) !== 0 });
    return true;
  }

  #startRead(request: Extract<SftpRequest, { kind: 'read' }>, handle: FileHandle): boolean {
    const { id, offset } = request;
    if (handle.access === 'write') return this.#refuse(id, FX.permissionDenied, 'opened for writing');
    const lengthBytes = Math.min(request.lengthBytes, MAX_DATA_BYTES, this.#sizeBytes - offset);
    if (lengthBytes <= 0) {
      this.#status(id, FX.eof);
      return false;
    }
    if (handle.readBytes === undefined) {
      handle.readBytes = offset;
      this.#outputs.push({ kind: 'began', offset });
    }
    this.#outputs.push({ kind: 'read', offset, lengthBytes });
    return true;
  }

  #close({ id, handle: name }: Extract<FileRequest, { kind: 'close' }>, handle: FileHandle | FolderHandle): boolean {
    if (handle.kind === 'file' && handle.access === 'write') {
      this.#outputs.push({ kind: 'close' });
      return true;
    }
    this.#handles.delete(name);
    this.#status(id, FX.ok);
    this.#tellFetched(handle);
    return false;
  }

  #tellFetched(handle: FileHandle | FolderHandle): void {
    if (handle.kind === 'folder' || handle.access === 'write') return;
    const bytes = handle.readBytes ?? 0;
    // An empty file is whole without a READ.
    const complete = bytes === this.#sizeBytes;
    if (handle.readBytes !== undefined || complete) this.#outputs.push({ kind: 'fetched', bytes, complete });
  }

  #setLength({ id, attributes }: Extract<SftpRequest, { kind: 'fsetstat' }>, handle: FileHandle): boolean {
    if (handle.access === 'read') return this.#refuse(id, FX.permissionDenied);
    const { sizeBytes } = attributes;
    if (sizeBytes === undefined || sizeBytes === this.#sizeBytes) return this.#refuse(id, FX.ok);
    // Clients that reserve the length first would have a file of nothing; they go on without.
    if (sizeBytes > this.#sizeBytes) return this.#refuse(id, FX.opUnsupported, 'a file grows by being written');
    this.#outputs.push({ kind: 'truncate', sizeBytes });
    return true;
  }

  #answerRead(bytes: Uint8Array): void {
    const request = this.#taken('read');
    if (request === undefined) return;
    this.#send(encodeDataHead(request.id, bytes.length));
    this.#send(bytes);
    const handle = this.#handles.get(request.handle);
    if (handle?.kind !== 'file') return;
    const read = handle.readBytes ?? 0;
    if (request.offset > read || request.offset + bytes.length <= read) return;
    handle.readBytes = request.offset + bytes.length;
    this.#outputs.push({ kind: 'progress', bytes: handle.readBytes });
  }

  #answerDone(sizeBytes: number): void {
    const request = this.#taken('open', 'write', 'close', 'fsetstat');
    if (request === undefined) return;
    this.#sizeBytes = sizeBytes;
    this.#exists = true;
    switch (request.kind) {
      case 'open':
        this.#giveHandle(request.id, { kind: 'file', access: 'write' });
        return;
      case 'write':
        this.#outputs.push({ kind: 'progress', bytes: sizeBytes });
        break;
      case 'close':
        this.#handles.delete(request.handle);
        break;
      default:
    }
    this.#status(request.id, FX.ok);
  }

  #answerRefused(code: number, message: string): void {
    const request = this.#current;
    this.#current = undefined;
    if (request === undefined) return;
    if (request.kind === 'close') this.#handles.delete(request.handle);
    this.#status(request.id, code, message);
  }

  #taken<K extends FileRequest['kind']>(...kinds: readonly K[]): Extract<FileRequest, { kind: K }> | undefined {
    const request = this.#current;
    if (request === undefined || !(kinds as readonly string[]).includes(request.kind)) return undefined;
    this.#current = undefined;
    return request as Extract<FileRequest, { kind: K }>;
  }

  #giveHandle(id: number, handle: FileHandle | FolderHandle): void {
    const name = String((this.#handleNumber += 1));
    this.#handles.set(name, handle);
    this.#send(encodeHandle(id, name));
  }

  #answerHandleStat(id: number, name: string): void {
    const handle = this.#handles.get(name);
    if (handle === undefined) this.#status(id, FX.failure, 'no such handle');
    else this.#send(encodeAttributes(id, handle.kind, this.#sizeBytes));
  }

  #answerStat(id: number, kind: NodeKind | undefined): void {
    if (kind === undefined || (kind === 'file' && !this.#exists)) this.#status(id, FX.noSuchFile);
    else this.#send(encodeAttributes(id, kind, this.#sizeBytes));
  }

  #answerRealpath(id: number, name: string): void {
    const canonical = canonicalName(name);
    if (canonical === undefined) this.#status(id, FX.noSuchFile);
    else this.#send(encodeRealpath(id, canonical));
  }

  #openFolder(id: number, name: string): void {
    const kind = this.#tree.find(name);
    if (kind !== 'folder') this.#status(id, kind === 'file' ? FX.failure : FX.noSuchFile);
    else if (this.#handles.size >= MAX_HANDLES) this.#status(id, FX.failure, 'too many open files');
    else this.#giveHandle(id, { kind: 'folder', name, listed: false });
  }

  #readFolder(id: number, name: string): void {
    const handle = this.#handles.get(name);
    if (handle?.kind !== 'folder') {
      this.#status(id, FX.failure, 'no such handle');
      return;
    }
    const entry = this.#tree.entryOf(handle.name);
    if (handle.listed || entry === undefined || (entry.kind === 'file' && !this.#exists)) {
      this.#status(id, FX.eof);
      return;
    }
    handle.listed = true;
    this.#send(encodeEntry(id, entry.name, entry.kind, this.#sizeBytes));
  }

  #refuse(id: number, code: number, message?: string): false {
    this.#status(id, code, message);
    return false;
  }

  #status(id: number, code: number, message?: string): void {
    this.#send(encodeStatus(id, code, message));
  }

  #send(bytes: Uint8Array): void {
    this.#outputs.push({ kind: 'send', bytes });
  }
}
