/** What a receiving transfer (receive-transfer.ts) does in each state. */
export type ReceiveState = 'opening' | 'requesting' | 'receiving' | 'storingLast' | 'dallying' | 'ended';
export type ReceiveEvent =
  | ('request' | 'answer' | 'options' | 'optionsRefused')
  | ('blockNext' | 'blockRepeated' | 'blockBehindGap' | 'blockLast' | 'stored')
  | ('peerError' | 'illegal' | 'timeout' | 'exhausted' | 'abort');
export type ReceiveAction =
  | ('sendOpening' | 'requestPlain' | 'acceptOptions' | 'keep' | 'finish' | 'acknowledgeDue' | 'acknowledgeAgain')
  | ('repeatSilently' | 'reportGap' | 'close' | 'failPeerError' | 'failTold' | 'failSilent' | 'failAborted');
type Row = Readonly<Partial<Record<ReceiveEvent, readonly [ReceiveAction, ReceiveState]>>>;

const STOPS: Row = {
  peerError: ['failPeerError', 'ended'],
  illegal: ['failTold', 'ended'],
  exhausted: ['failSilent', 'ended'],
  abort: ['failAborted', 'ended'],
};

/** state × event → what to do, next state. An event without a row (an old block) changes nothing. */
export const RECEIVE_TRANSITIONS: Readonly<Record<ReceiveState, Row>> = {
  opening: { ...STOPS, request: ['sendOpening', 'requesting'], answer: ['sendOpening', 'receiving'] },
  requesting: {
    ...STOPS,
    options: ['acceptOptions', 'receiving'],
    optionsRefused: ['requestPlain', 'requesting'],
    blockNext: ['keep', 'receiving'],
    blockLast: ['keep', 'storingLast'],
    timeout: ['sendOpening', 'requesting'],
  },
  receiving: {
    ...STOPS,
    blockNext: ['keep', 'receiving'],
    blockLast: ['keep', 'storingLast'],
    stored: ['acknowledgeDue', 'receiving'],
    blockRepeated: ['repeatSilently', 'receiving'],
    blockBehindGap: ['reportGap', 'receiving'],
    timeout: ['acknowledgeAgain', 'receiving'],
  },
  storingLast: { ...STOPS, stored: ['finish', 'dallying'] },
  dallying: { blockRepeated: ['repeatSilently', 'dallying'], timeout: ['close', 'ended'], abort: ['close', 'ended'] },
  ended: {},
};
