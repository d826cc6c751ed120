/** Keys of a person, cut into what goes to the device and what is meant for the terminal itself: Ctrl-] and one key. */

/** Ctrl-], as telnet has it; no network device uses it. */
const ESCAPE = 0x1d;

export type EscapeCommand = 'help' | 'quit' | 'ask' | 'take' | 'release' | 'break';

export type KeyPart =
  { readonly kind: 'keys'; readonly bytes: Uint8Array } | { readonly kind: 'command'; readonly command: EscapeCommand };

const COMMANDS: Readonly<Record<string, EscapeCommand>> = {
  ...{ q: 'quit', '.': 'quit', a: 'ask', t: 'take', r: 'release', b: 'break', '?': 'help', h: 'help' },
};

export const ESCAPE_HELP: readonly string[] = [
  'Ctrl-] q  leave; the device stays as it is',
  'Ctrl-] a  ask for the line: who holds it gives it back where that does no harm',
  'Ctrl-] t  take the line at once, after typing the name of the port; a job goes on afterwards from what the device says',
  'Ctrl-] r  give the line back and watch',
  'Ctrl-] b  send a break',
  'Ctrl-] Ctrl-]  the key itself',
];

export class EscapeKeys {
  #escaped = false;

  /** In the order typed. A key after Ctrl-] that means nothing asks for help. */
  cut(bytes: Uint8Array): readonly KeyPart[] {
    const parts: KeyPart[] = [];
    let from = 0;
    const keysUntil = (to: number): void => {
      if (to > from) parts.push({ kind: 'keys', bytes: bytes.subarray(from, to) });
    };
    for (const [i, byte] of bytes.entries()) {
      if (this.#escaped) {
        this.#escaped = false;
        // The key itself is what is left to send.
        from = byte === ESCAPE ? i : i + 1;
        if (byte === ESCAPE) continue;
        parts.push({ kind: 'command', command: COMMANDS[String.fromCharCode(byte)] ?? 'help' });
      } else if (byte === ESCAPE) {
        keysUntil(i);
        this.#escaped = true;
        from = i + 1;
      }
    }
    keysUntil(bytes.length);
    return parts;
  }
}
