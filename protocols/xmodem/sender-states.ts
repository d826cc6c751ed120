/** The XMODEM sender's states as data; sender.ts turns bytes and time into the events and does the actions. */

export type SenderState = 'awaitStart' | 'confirmStart' | 'ready' | 'settle' | 'awaitReply' | 'awaitEndReply' | 'ended';
export type SenderEvent =
  | ('crcRequest' | 'nak' | 'ack' | 'earlyAck' | 'garbledReply' | 'cancel' | 'text' | 'consoleBack')
  | ('timeout' | 'startDue' | 'heldAckDue' | 'exhausted' | 'abort')
  | ('unsettled' | 'blockReady' | 'dataSpent' | 'allSpent');
export type SenderAction =
  | ('watchStart' | 'watchQuiet' | 'startCrc' | 'startChecksum' | 'startAnyhow')
  | ('sendBlock' | 'advance' | 'holdAck' | 'doubtReply' | 'countNak' | 'countSilence' | 'watchSettle' | 'settled')
  | ('sendEnd' | 'watchConsole' | 'finishAcknowledged' | 'finishUnacknowledged')
  | ('failNoStart' | 'failRetriesSpent' | 'failCancelled' | 'failAborted');
type Row = Readonly<Partial<Record<SenderEvent, readonly [SenderAction, SenderState]>>>;

const STOPS: Row = { cancel: ['failCancelled', 'ended'], abort: ['failAborted', 'ended'] };

/** state × event → what to do, next state. An event without a row changes nothing: on a console it is noise. */
export const SENDER_TRANSITIONS: Readonly<Record<SenderState, Row>> = {
  awaitStart: {
    ...STOPS,
    crcRequest: ['watchQuiet', 'confirmStart'],
    nak: ['startChecksum', 'ready'],
    timeout: ['failNoStart', 'ended'],
    startDue: ['startAnyhow', 'ready'],
  },
  confirmStart: {
    ...STOPS,
    crcRequest: ['watchQuiet', 'confirmStart'],
    nak: ['startChecksum', 'ready'],
    text: ['watchStart', 'awaitStart'],
    timeout: ['startCrc', 'ready'],
  },
  ready: {
    ...STOPS,
    unsettled: ['watchSettle', 'settle'],
    blockReady: ['sendBlock', 'awaitReply'],
    dataSpent: ['sendEnd', 'awaitEndReply'],
    allSpent: ['finishAcknowledged', 'ended'],
  },
  settle: { ...STOPS, timeout: ['settled', 'ready'] },
  awaitReply: {
    ...STOPS,
    ack: ['advance', 'ready'],
    earlyAck: ['holdAck', 'awaitReply'],
    heldAckDue: ['advance', 'ready'],
    garbledReply: ['doubtReply', 'awaitReply'],
    nak: ['countNak', 'ready'],
    timeout: ['countSilence', 'ready'],
    exhausted: ['failRetriesSpent', 'ended'],
  },
  awaitEndReply: {
    ...STOPS,
    ack: ['finishAcknowledged', 'ended'],
    nak: ['sendEnd', 'awaitEndReply'],
    timeout: ['sendEnd', 'awaitEndReply'],
    consoleBack: ['watchConsole', 'awaitEndReply'],
    exhausted: ['finishUnacknowledged', 'ended'],
  },
  ended: {},
};
