/** What a client asks (draft-ietf-secsh-filexfer-02 §6), decoded. */
import { FXP, readAttributes } from './packet.js';
import type { FileAttributes } from './packet.js';
import { WireReader } from './wire.js';

export type SftpRequest =
  | { readonly kind: 'init'; readonly version: number }
  | { readonly kind: 'open'; readonly id: number; readonly name: string; readonly flags: number }
  | { readonly kind: 'close'; readonly id: number; readonly handle: string }
  | { readonly kind: 'sync'; readonly id: number; readonly handle: string }
  | { readonly kind: 'readdir' | 'fstat'; readonly id: number; readonly handle: string }
  | {
      readonly kind: 'read';
      readonly id: number;
      readonly handle: string;
      readonly offset: number;
      readonly lengthBytes: number;
    }
  | {
      readonly kind: 'write';
      readonly id: number;
      readonly handle: string;
      readonly offset: number;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'stat' | 'opendir' | 'realpath'; readonly id: number; readonly name: string }
  | { readonly kind: 'fsetstat'; readonly id: number; readonly handle: string; readonly attributes: FileAttributes }
  | { readonly kind: 'setstat'; readonly id: number; readonly name: string; readonly attributes: FileAttributes }
  /** Would change names: never allowed here. */
  | { readonly kind: 'forbidden'; readonly id: number }
  | { readonly kind: 'limits'; readonly id: number }
  /** Known to nobody here; answered with OP_UNSUPPORTED. */
  | { readonly kind: 'unsupported'; readonly id: number }
  /** No packet of this protocol; nothing after it is believed. */
  | { readonly kind: 'malformed'; readonly reason: string };

/** Decodes one packet: its type, and what follows. */
export function decodeRequest(packet: Uint8Array): SftpRequest {
  const reader = new WireReader(packet);
  const type = reader.u8();
  const request = decode(type, reader);
  if (reader.broken) return { kind: 'malformed', reason: `packet type ${type} is cut short` };
  return request;
}

function decode(type: number, reader: WireReader): SftpRequest {
  const id = reader.u32();
  switch (type) {
    case FXP.init:
      return { kind: 'init', version: id };
    case FXP.open:
      return { kind: 'open', id, name: reader.text(), flags: reader.u32() };
    case FXP.close:
      return { kind: 'close', id, handle: reader.text() };
    case FXP.read:
      return { kind: 'read', id, handle: reader.text(), offset: reader.u64(), lengthBytes: reader.u32() };
    case FXP.write:
      return { kind: 'write', id, handle: reader.text(), offset: reader.u64(), bytes: reader.string() };
    case FXP.lstat:
    case FXP.stat:
      return { kind: 'stat', id, name: reader.text() };
    case FXP.fstat:
      return { kind: 'fstat', id, handle: reader.text() };
    case FXP.setstat:
      return { kind: 'setstat', id, name: reader.text(), attributes: readAttributes(reader) };
    case FXP.fsetstat:
      return { kind: 'fsetstat', id, handle: reader.text(), attributes: readAttributes(reader) };
    default:
      return decodeRest(type, id, reader);
  }
}

function decodeRest(type: number, id: number, reader: WireReader): SftpRequest {
  switch (type) {
    case FXP.opendir:
      return { kind: 'opendir', id, name: reader.text() };
    case FXP.readdir:
      return { kind: 'readdir', id, handle: reader.text() };
    case FXP.realpath:
      return { kind: 'realpath', id, name: reader.text() };
    case FXP.remove:
    case FXP.mkdir:
    case FXP.rmdir:
    case FXP.rename:
    case FXP.symlink:
      return { kind: 'forbidden', id };
    case FXP.extended:
      return decodeExtended(id, reader);
    default:
      return { kind: 'unsupported', id };
  }
}

function decodeExtended(id: number, reader: WireReader): SftpRequest {
  switch (reader.text()) {
    case 'limits@openssh.com':
      return { kind: 'limits', id };
    case 'fsync@openssh.com':
      return { kind: 'sync', id, handle: reader.text() };
    default:
      return { kind: 'unsupported', id };
  }
}

/** Requests that touch the file itself. */
export type FileRequest = Extract<SftpRequest, { kind: 'open' | 'read' | 'write' | 'close' | 'fsetstat' | 'sync' }>;
