/** What a server answers (draft-ietf-secsh-filexfer-02 §7), encoded. */
import { FXP, FX, MAX_DATA_BYTES, MAX_PACKET_BYTES, SFTP_VERSION, attributeFields } from './packet.js';
import type { FileAttributes } from './packet.js';
import type { NodeKind } from './served-tree.js';
import { encodePacket } from './wire.js';

const STATUS_TEXT: ReadonlyMap<number, string> = new Map([
  [FX.ok, 'Success'],
  [FX.eof, 'End of file'],
  [FX.noSuchFile, 'No such file'],
  [FX.permissionDenied, 'Permission denied'],
  [FX.opUnsupported, 'Operation unsupported'],
]);
const MODE: Readonly<Record<NodeKind, number>> = { file: 0o100644, folder: 0o40755 };
const EXTENSIONS = ['limits@openssh.com', 'fsync@openssh.com'];

export function encodeVersion(): Uint8Array {
  const extensions = EXTENSIONS.flatMap((name) => [{ text: name }, { text: '1' }]);
  return encodePacket(FXP.version, [{ u32: SFTP_VERSION }, ...extensions]);
}

/** The code decides, the text is for people. */
export function encodeStatus(id: number, code: number, text = STATUS_TEXT.get(code) ?? 'Failure'): Uint8Array {
  return encodePacket(FXP.status, [{ u32: id }, { u32: code }, { text }, { text: 'en' }]);
}

export function encodeHandle(id: number, handle: string): Uint8Array {
  return encodePacket(FXP.handle, [{ u32: id }, { text: handle }]);
}

/** OpenSSH PROTOCOL §4.8. */
export function encodeLimits(id: number, maxHandles: number): Uint8Array {
  const limits = [MAX_PACKET_BYTES, MAX_DATA_BYTES, MAX_DATA_BYTES, maxHandles];
  return encodePacket(FXP.extendedReply, [{ u32: id }, ...limits.map((limit) => ({ u64: limit }))]);
}

export function encodeAttributes(id: number, kind: NodeKind, sizeBytes: number): Uint8Array {
  return encodePacket(FXP.attrs, [{ u32: id }, ...attributeFields(attributesOf(kind, sizeBytes))]);
}

/** One name without attributes: the answer to REALPATH. */
export function encodeRealpath(id: number, name: string): Uint8Array {
  return encodePacket(FXP.name, [{ u32: id }, { u32: 1 }, { text: name }, { text: name }, { u32: 0 }]);
}

/** One entry of a folder. */
export function encodeEntry(id: number, name: string, kind: NodeKind, sizeBytes: number): Uint8Array {
  const attributes = attributeFields(attributesOf(kind, sizeBytes));
  const long = longName(name, kind, sizeBytes);
  return encodePacket(FXP.name, [{ u32: id }, { u32: 1 }, { text: name }, { text: long }, ...attributes]);
}

function attributesOf(kind: NodeKind, sizeBytes: number): FileAttributes {
  return { mode: MODE[kind], ...(kind === 'file' ? { sizeBytes } : {}) };
}

/** A line of `ls -l`, as §7 recommends; clients show it and some parse it. */
function longName(name: string, kind: NodeKind, sizeBytes: number): string {
  const [mode, size] = kind === 'file' ? ['-rw-r--r--', sizeBytes] : ['drwxr-xr-x', 0];
  return `${mode} 1 0 0 ${String(size).padStart(8)} Jan  1 00:00 ${name}`;
}
