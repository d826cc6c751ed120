/** What the tests of the Telnet engine say for the far end, byte by byte as the RFCs print it. */
export const IAC = 255;
export const [SE, BRK, SB, WILL, WONT, DO, DONT] = [240, 243, 250, 251, 252, 253, 254] as const;
export const [BINARY, ECHO, SGA, TTYPE, NAWS, COM_PORT] = [0, 1, 3, 24, 31, 44] as const;

export const bytes = (...parts: readonly (number | string)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...Buffer.from(part, 'latin1')])));

/** A subnegotiation of the serial line's option. */
export const comPort = (...body: readonly number[]): Uint8Array => bytes(IAC, SB, COM_PORT, ...body, IAC, SE);
