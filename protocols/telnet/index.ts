/** Telnet and RFC 2217, client side, as an engine. */
export { CONTROL } from './com-port.js';
export type { ComPortRequest, LineState, ModemState } from './com-port.js';
export type { ComPortResult } from './com-port-queue.js';
export { TelnetSession } from './session.js';
export type { TelnetInput, TelnetOutput } from './session.js';
