/** The XMODEM receiver's states as data; receiver.ts turns bytes and time into the events and does the actions. */

export type ReceiverState = 'awaitFirst' | 'awaitBlock' | 'inBlock' | 'purge' | 'confirmEnd' | 'ended';
export type ReceiverEvent =
  | ('head' | 'blockNext' | 'blockOnly' | 'blockRepeated' | 'headerRepeated' | 'blockForeign' | 'blockBad')
  | ('eot' | 'end' | 'endDoubted' | 'noise' | 'muchNoise' | 'cancel' | 'fault' | 'timeout' | 'exhausted' | 'abort');
export type ReceiverAction =
  | ('request' | 'watchBlock' | 'watchQuiet' | 'keep' | 'keepOnly' | 'acknowledge' | 'acknowledgeHeader' | 'refuse')
  | ('doubtEnd' | 'finish')
  | ('failNoStart' | 'failRetriesSpent' | 'failOutOfSequence' | 'failDamaged' | 'failCancelled' | 'failAborted');
type Row = Readonly<Partial<Record<ReceiverEvent, readonly [ReceiverAction, ReceiverState]>>>;

const STOPS: Row = { abort: ['failAborted', 'ended'] };
const BETWEEN: Row = {
  ...STOPS,
  head: ['watchBlock', 'inBlock'],
  eot: ['watchQuiet', 'confirmEnd'],
  cancel: ['failCancelled', 'ended'],
};

/** state × event → what to do, next state. An event without a row changes nothing: on a console it is noise. */
export const RECEIVER_TRANSITIONS: Readonly<Record<ReceiverState, Row>> = {
  awaitFirst: { ...BETWEEN, timeout: ['request', 'awaitFirst'], exhausted: ['failNoStart', 'ended'] },
  awaitBlock: {
    ...BETWEEN,
    muchNoise: ['watchQuiet', 'purge'],
    timeout: ['refuse', 'awaitBlock'],
    fault: ['failDamaged', 'ended'],
    exhausted: ['failRetriesSpent', 'ended'],
  },
  inBlock: {
    ...STOPS,
    blockNext: ['keep', 'awaitBlock'],
    blockOnly: ['keepOnly', 'ended'],
    blockRepeated: ['acknowledge', 'awaitBlock'],
    headerRepeated: ['acknowledgeHeader', 'awaitFirst'],
    blockForeign: ['failOutOfSequence', 'ended'],
    blockBad: ['watchQuiet', 'purge'],
    timeout: ['refuse', 'awaitBlock'],
    fault: ['failDamaged', 'ended'],
    exhausted: ['failRetriesSpent', 'ended'],
  },
  purge: {
    ...STOPS,
    timeout: ['refuse', 'awaitBlock'],
    fault: ['failDamaged', 'ended'],
    exhausted: ['failRetriesSpent', 'ended'],
  },
  confirmEnd: {
    ...STOPS,
    noise: ['watchQuiet', 'purge'],
    end: ['finish', 'ended'],
    endDoubted: ['doubtEnd', 'awaitBlock'],
  },
  ended: {},
};
