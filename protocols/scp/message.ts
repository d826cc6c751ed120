/**
 * Messages of the legacy SCP protocol, as rcp made it and every `scp -f`, `scp -t` speaks it. There is no RFC; the sources
 * are OpenSSH's scp.c and J. Pechanec, "How the SCP protocol works" (2007).
 *
 *   one byte      0                                       go on
 *   text line     1 text LF | 2 text LF                   this file fails | everything fails
 *   control line  Cmmmm size name LF | Dmmmm 0 name LF    a file with its bytes and one status byte | a folder begins
 *                 E LF | Tmtime 0 atime 0 LF              a folder ends | times of what follows
 */

/** Longest line that is read, bytes: a name of 255 bytes four times over. */
const MAX_LINE_BYTES = 1024;
const LF = 0x0a;
/** POSIX mode of a file whose own is not known. */
const PLAIN_MODE = '0644';

export type ScpMessage =
  | { readonly kind: 'ok' }
  | { readonly kind: 'warning' | 'fatal'; readonly text: string }
  | { readonly kind: 'file'; readonly sizeBytes: number; readonly name: string }
  | { readonly kind: 'directory'; readonly name: string }
  | { readonly kind: 'endDirectory' }
  | { readonly kind: 'times' }
  | { readonly kind: 'malformed'; readonly reason: string };

export const SCP_OK = Uint8Array.of(0);

/** `C`: one file follows. */
export function encodeFile(name: string, sizeBytes: number): Uint8Array {
  return new TextEncoder().encode(`C${PLAIN_MODE} ${sizeBytes} ${printable(name)}\n`);
}

/** `T`: when the file that follows was changed and read, seconds since 1970. */
export function encodeTimes(seconds: number): Uint8Array {
  return new TextEncoder().encode(`T${seconds} 0 ${seconds} 0\n`);
}

/** `fatal`: the far end gives up; else it may go on with its next file. */
export function encodeError(text: string, fatal = false): Uint8Array {
  return new TextEncoder().encode(`${fatal ? '\x02' : '\x01'}scp: ${printable(text)}\n`);
}

/** Splits what comes into messages; between them stand a file's own bytes, which the caller takes out itself. */
export class ScpReader {
  #line: number[] = [];

  /** Reads up to the end of one message. `message` is absent where more is needed; `rest` is what follows it. */
  read(bytes: Uint8Array): { readonly message?: ScpMessage; readonly rest: Uint8Array } {
    for (const [at, byte] of bytes.entries()) {
      if (this.#line.length === 0 && byte === 0) return { message: { kind: 'ok' }, rest: bytes.subarray(at + 1) };
      if (byte === LF) return { message: this.#take(), rest: bytes.subarray(at + 1) };
      if (this.#line.length === MAX_LINE_BYTES) {
        const reason = `a line longer than ${MAX_LINE_BYTES} bytes`;
        return { message: { kind: 'malformed', reason }, rest: bytes.subarray(bytes.length) };
      }
      this.#line.push(byte);
    }
    return { rest: bytes.subarray(bytes.length) };
  }

  #take(): ScpMessage {
    const bytes = Uint8Array.from(this.#line);
    this.#line = [];
    return decodeLine(bytes);
  }
}

function decodeLine(bytes: Uint8Array): ScpMessage {
  const text = new TextDecoder().decode(bytes.subarray(1));
  switch (String.fromCharCode(bytes[0] ?? 0)) {
    case '\x01':
      return { kind: 'warning', text: printable(text) };
    case '\x02':
      return { kind: 'fatal', text: printable(text) };
    case 'C':
      return decodeEntry('file', text);
    case 'D':
      return decodeEntry('directory', text);
    case 'E':
      return text === '' ? { kind: 'endDirectory' } : { kind: 'malformed', reason: 'an E line with text' };
    case 'T':
      return /^\d+ \d+ \d+ \d+$/.test(text) ? { kind: 'times' } : { kind: 'malformed', reason: 'times without form' };
    default:
      return {
        kind: 'malformed',
        reason: `an unknown line: ${printable(new TextDecoder().decode(bytes)).slice(0, 60)}`,
      };
  }
}

/** A name is one component: with a path in it, whoever sends could write anywhere (CVE-2019-6111). */
function decodeEntry(kind: 'file' | 'directory', text: string): ScpMessage {
  const [, size = '', name = ''] = /^[0-7]{4} (\d{1,15}) (.+)$/s.exec(text) ?? [];
  if (name === '') return { kind: 'malformed', reason: `a ${kind} line without form` };
  if (name === '.' || name === '..' || name.includes('/') || printable(name) !== name) {
    return { kind: 'malformed', reason: 'an unexpected file name' };
  }
  return kind === 'file' ? { kind, sizeBytes: Number(size), name } : { kind, name };
}

/** Lines end at LF, and a name or a reason must not end them early. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}
