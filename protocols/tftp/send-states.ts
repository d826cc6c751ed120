/** What a sending transfer (send-transfer.ts) does in each state. */
export type SendState = 'opening' | 'requesting' | 'negotiating' | 'sending' | 'ended';
export type SendEvent =
  | ('request' | 'withOptions' | 'plain')
  | ('ackZero' | 'options' | 'optionsRefused' | 'ackNew' | 'ackLast')
  | ('peerError' | 'illegal' | 'timeout' | 'exhausted' | 'abort');
export type SendAction =
  | ('sendOpening' | 'requestPlain' | 'beginData' | 'beginPlain' | 'advance' | 'goBack' | 'finish')
  | ('failPeerError' | 'failIllegal' | 'failSilent' | 'failAborted');
type Row = Readonly<Partial<Record<SendEvent, readonly [SendAction, SendState]>>>;

const STOPS: Row = {
  peerError: ['failPeerError', 'ended'],
  illegal: ['failIllegal', 'ended'],
  exhausted: ['failSilent', 'ended'],
  abort: ['failAborted', 'ended'],
};

/** state × event → what to do, next state. An event without a row (an old acknowledgement) changes nothing. */
export const SEND_TRANSITIONS: Readonly<Record<SendState, Row>> = {
  opening: {
    ...STOPS,
    request: ['sendOpening', 'requesting'],
    withOptions: ['sendOpening', 'negotiating'],
    plain: ['beginData', 'sending'],
  },
  requesting: {
    ...STOPS,
    ackZero: ['beginPlain', 'sending'],
    options: ['beginData', 'sending'],
    optionsRefused: ['requestPlain', 'requesting'],
    timeout: ['sendOpening', 'requesting'],
  },
  negotiating: { ...STOPS, ackZero: ['beginData', 'sending'], timeout: ['sendOpening', 'negotiating'] },
  sending: { ...STOPS, ackNew: ['advance', 'sending'], ackLast: ['finish', 'ended'], timeout: ['goBack', 'sending'] },
  ended: {},
};
