/**
 * The serial line behind an access server: RFC 2217, "Telnet Com Port Control Option", client side.
 *
 *   IAC SB COM-PORT-OPTION │ command │ value … │ IAC SE        the server's command = the client's + 100
 *
 * Done: all commands of both directions. Values as in RFC 2217 §3.
 */

/** Commands of the client (RFC 2217 §3). */
const COMMAND = {
  signature: 0,
  baudRate: 1,
  dataSize: 2,
  parity: 3,
  stopSize: 4,
  control: 5,
  lineState: 6,
  modemState: 7,
  suspend: 8,
  resume: 9,
  lineStateMask: 10,
  modemStateMask: 11,
  purge: 12,
} as const;
const FROM_SERVER = 100;

export const PARITY = { none: 1, odd: 2, even: 3, mark: 4, space: 5 } as const;
/** 3 is one and a half. */
export const STOP_SIZE = { 1: 1, 2: 2, 1.5: 3 } as const;
export const CONTROL = {
  noFlowControl: 1,
  xonXoff: 2,
  hardware: 3,
  breakOn: 5,
  breakOff: 6,
  dtrOn: 8,
  dtrOff: 9,
  rtsOn: 11,
  rtsOff: 12,
} as const;
export const PURGE = { received: 1, sent: 2, both: 3 } as const;

/** What the client asks; the server answers each of the first seven with what is in force then. */
export type ComPortRequest =
  | { readonly kind: 'baudRate'; readonly value: number }
  | { readonly kind: 'dataSize'; readonly value: 5 | 6 | 7 | 8 }
  | { readonly kind: 'parity'; readonly value: (typeof PARITY)[keyof typeof PARITY] }
  | { readonly kind: 'stopSize'; readonly value: (typeof STOP_SIZE)[keyof typeof STOP_SIZE] }
  | { readonly kind: 'control'; readonly value: (typeof CONTROL)[keyof typeof CONTROL] }
  | { readonly kind: 'lineStateMask'; readonly value: number }
  | { readonly kind: 'modemStateMask'; readonly value: number }
  | { readonly kind: 'purge'; readonly value: (typeof PURGE)[keyof typeof PURGE] };

export interface ModemState {
  readonly carrier: boolean;
  readonly ring: boolean;
  readonly dataSetReady: boolean;
  readonly clearToSend: boolean;
}

export interface LineState {
  readonly breakDetected: boolean;
  readonly framingError: boolean;
  readonly parityError: boolean;
  readonly overrun: boolean;
}

export type ComPortMessage =
  | { readonly kind: 'answer'; readonly to: ComPortRequest['kind']; readonly value: number }
  /** Its name; empty: it asks for ours. */
  | { readonly kind: 'signature'; readonly text: string }
  | { readonly kind: 'modemState'; readonly state: ModemState }
  | { readonly kind: 'lineState'; readonly state: LineState }
  /** Nothing may be sent until `resume`. */
  | { readonly kind: 'suspend' }
  | { readonly kind: 'resume' };

/** Bits of LINESTATE that are news to us: break 16, framing 8, parity 4, overrun 2 (RFC 2217 §3.1, 16450 UART). */
export const LINE_STATE_NEWS = 0b0001_1110;
/** Carrier, ring, DSR and CTS with their changes. */
export const MODEM_STATE_NEWS = 0b1111_1111;

/** Body of the subnegotiation, without its option number. */
export function encodeRequest({ kind, value }: ComPortRequest): readonly number[] {
  if (kind === 'baudRate')
    return [COMMAND.baudRate, value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  return [COMMAND[kind], value];
}

/** Bytes beyond ASCII have no meaning here and become `?`. */
export function encodeSignature(text: string): readonly number[] {
  return [COMMAND.signature, ...Array.from(text, (char) => (char >= ' ' && char <= '~' ? char.charCodeAt(0) : 0x3f))];
}

const ANSWERS = new Map<number, ComPortRequest['kind']>(
  (['baudRate', 'dataSize', 'parity', 'stopSize', 'control', 'lineStateMask', 'modemStateMask', 'purge'] as const).map(
    (kind) => [COMMAND[kind], kind],
  ),
);

/** Undefined for what no server may say: it is ignored. */
export function decodeMessage(body: Uint8Array): ComPortMessage | undefined {
  const code = (body[0] ?? 0) - FROM_SERVER;
  const values = body.subarray(1);
  switch (code) {
    case COMMAND.signature:
      return { kind: 'signature', text: asciiOf(values) };
    case COMMAND.suspend:
      return { kind: 'suspend' };
    case COMMAND.resume:
      return { kind: 'resume' };
  }
  const [value] = values;
  if (value === undefined) return undefined;
  if (code === COMMAND.modemState) return { kind: 'modemState', state: modemState(value) };
  if (code === COMMAND.lineState) return { kind: 'lineState', state: lineState(value) };
  const to = ANSWERS.get(code);
  if (to === undefined) return undefined;
  if (to !== 'baudRate') return { kind: 'answer', to, value };
  return values.length < 4
    ? undefined
    : { kind: 'answer', to, value: values.reduce((sum, byte, i) => (i < 4 ? sum * 256 + byte : sum), 0) };
}

function modemState(bits: number): ModemState {
  return {
    carrier: (bits & 128) !== 0,
    ring: (bits & 64) !== 0,
    dataSetReady: (bits & 32) !== 0,
    clearToSend: (bits & 16) !== 0,
  };
}

function lineState(bits: number): LineState {
  return {
    breakDetected: (bits & 16) !== 0,
    framingError: (bits & 8) !== 0,
    parityError: (bits & 4) !== 0,
    overrun: (bits & 2) !== 0,
  };
}

function asciiOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '?')).join('');
}
