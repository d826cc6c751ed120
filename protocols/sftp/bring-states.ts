/** The bringing client's states as data: which answer may come when, and what it means. */
import type { SftpAnswer } from './answer.js';

export type BringState =
  | ('opening' | 'awaitHeldSize' | 'awaitTail' | 'deciding' | 'truncating' | 'writing')
  | ('awaitFreeSpace' | 'awaitFinalSize' | 'closing' | 'ended');
type BringAction =
  ('open' | 'takeHeldSize' | 'takeTail' | 'truncated' | 'acknowledge') | ('takeFreeSpace' | 'takeFinalSize' | 'finish');
type Row = Readonly<Partial<Record<SftpAnswer['kind'], BringAction>>>;

/** state × answer → what to do. An answer without a row breaks the protocol. */
export const BRING_TRANSITIONS: Readonly<Record<BringState, Row>> = {
  opening: { version: 'open', extended: 'open', handle: 'open', status: 'open' },
  awaitHeldSize: { attrs: 'takeHeldSize', status: 'takeHeldSize' },
  // A server that does not let it be read back is asked to take the file from its beginning.
  awaitTail: { data: 'takeTail', status: 'takeTail' },
  deciding: {},
  truncating: { status: 'truncated' },
  writing: { status: 'acknowledge' },
  awaitFreeSpace: { status: 'takeFreeSpace', extended: 'takeFreeSpace' },
  // That a server does not tell the length is no fault of the file.
  awaitFinalSize: { attrs: 'takeFinalSize', status: 'takeFinalSize' },
  closing: { status: 'finish' },
  ended: {},
};
