/** Numbers of the Telnet protocol: commands (RFC 854) and the options that this client knows (IANA, "Telnet Options"). */

/** Interpret as command: the byte before each of these. */
export const IAC = 255;
/** Ends a subnegotiation. */
export const SE = 240;
/** Presses the break key of the terminal. */
export const BRK = 243;
/** Begins a subnegotiation. */
export const SB = 250;
export const WILL = 251;
export const WONT = 252;
export const DO = 253;
export const DONT = 254;

export const OPTION = {
  /** RFC 856 */
  binary: 0,
  /** RFC 857 */
  echo: 1,
  /** RFC 858, suppress go ahead */
  sga: 3,
  /** RFC 1091 */
  terminalType: 24,
  /** RFC 2217 */
  comPort: 44,
} as const;

export const CR = 0x0d;
export const LF = 0x0a;
export const NUL = 0x00;
