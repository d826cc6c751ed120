/** Replies of the control connection. Source: RFC 959 §4.2. */

export interface Reply {
  /** Three digits. */
  readonly code: number;
  /** One line, or several: the lines between the first and the last are indented (RFC 959 §4.2, RFC 2389 §3.2). */
  readonly text: string | readonly string[];
}

const encoder = new TextEncoder();

/**
 *   code SP text CRLF                        one line
 *   code - first CRLF  (SP line CRLF)*  code SP last CRLF
 */
export function encodeReply({ code, text }: Reply): Uint8Array {
  const lines = typeof text === 'string' ? [text] : text;
  const clean = lines.map((line) => oneLine(line));
  const last = clean.at(-1) ?? '';
  const [first, ...between] = clean.slice(0, -1);
  const head = first === undefined ? '' : `${code}-${first}\r\n`;
  return encoder.encode(`${head}${between.map((line) => ` ${line}\r\n`).join('')}${code} ${last}\r\n`);
}

/** What a peer sent may stand in a reply; a line end in it would be a reply of its own. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}
