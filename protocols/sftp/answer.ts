/** What a server answers a client (draft-ietf-secsh-filexfer-02 §7), decoded. */
import { FXP, readAttributes } from './packet.js';
import type { FileAttributes } from './packet.js';
import { WireReader } from './wire.js';

export type SftpAnswer =
  | { readonly kind: 'version'; readonly version: number; readonly extensions: ReadonlySet<string> }
  | { readonly kind: 'status'; readonly id: number; readonly code: number; readonly text: string }
  | { readonly kind: 'handle'; readonly id: number; readonly handle: Uint8Array }
  /** A view, valid as long as the packet is. */
  | { readonly kind: 'data'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'attrs'; readonly id: number; readonly attributes: FileAttributes }
  /** The answer to an extension: what it holds, its request tells. */
  | { readonly kind: 'extended'; readonly id: number; readonly reader: WireReader }
  | { readonly kind: 'malformed'; readonly reason: string };

/** More extensions than this are not remembered: a server has about ten. */
const MOST_EXTENSIONS = 100;

export function decodeAnswer(packet: Uint8Array): SftpAnswer {
  const reader = new WireReader(packet);
  const type = reader.u8();
  const answer = decode(type, reader);
  if (reader.broken) return { kind: 'malformed', reason: `packet type ${type} is cut short` };
  return answer;
}

function decode(type: number, reader: WireReader): SftpAnswer {
  const id = reader.u32();
  switch (type) {
    case FXP.version:
      return { kind: 'version', version: id, extensions: readExtensions(reader) };
    case FXP.status: {
      const code = reader.u32();
      // Servers of version 2 and small devices send no text.
      return { kind: 'status', id, code, text: reader.restBytes === 0 ? '' : reader.text().slice(0, 200) };
    }
    case FXP.handle:
      return { kind: 'handle', id, handle: reader.string().slice() };
    case FXP.data:
      return { kind: 'data', id, bytes: reader.string() };
    case FXP.attrs:
      return { kind: 'attrs', id, attributes: readAttributes(reader) };
    case FXP.extendedReply:
      return { kind: 'extended', id, reader };
    default:
      return { kind: 'malformed', reason: `packet type ${type} was not asked for` };
  }
}

function readExtensions(reader: WireReader): ReadonlySet<string> {
  const names = new Set<string>();
  while (reader.restBytes > 0 && !reader.broken && names.size < MOST_EXTENSIONS) {
    names.add(reader.text());
    reader.string();
  }
  return names;
}
