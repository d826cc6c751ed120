/**
 * How an EXOS switch fetches an image: `download image` (TFTP), `download url` (HTTP), or `scp2` and `install image`.
 * Sources: EXOS Command Reference 16.1 to 32.2 (`download image`, `download url`, `install image`, `scp2`), recorded upgrades.
 *
 * Installing also selects the partition for the next boot. The push selects in a step of its own, after its proof, so the
 * running partition is selected again at once. The partition is always named: the words active and inactive are read
 * differently by different releases.
 */
import type { Driver, TransferProcedure } from '../../core/driver.js';
import type { Exchange, QuestionRow } from '../../core/dialog-table.js';

const COMMAND_SILENCE_MS = 60_000;
/** Research: no byte for 300 s while installing; 30 minutes in all. */
const INSTALL_SILENCE_MS = 300_000;
const INSTALL_TOTAL_MS = 30 * 60_000;

export const say = (send: string, more: Partial<Exchange> = {}): Exchange => ({
  send,
  silenceMs: COMMAND_SILENCE_MS,
  ...more,
});

export const useImage = (slot: string): Exchange => say(`use image {{${slot}}}`);

/** It must be the partition that was meant, and the word of success must come after it. */
const INSTALLED = 'Installing to {{otherSlot}} partition![^]*Image installed successfully';

const install = (send: string): Exchange =>
  say(send, { silenceMs: INSTALL_SILENCE_MS, totalMs: INSTALL_TOTAL_MS, success: INSTALLED });

const pull = (...exchanges: readonly Exchange[]): TransferProcedure => ({
  direction: 'devicePulls',
  exchanges: [...exchanges, useImage('slot')],
  cleanup: [useImage('slot')],
});

const serverQuestions: readonly QuestionRow[] = [
  // It is our own server, and the grant is for this one fetch.
  {
    id: 'server-key',
    pattern: 'continue connecting \\(yes/no\\S*\\)\\? ?$',
    answer: 'yes',
    key: false,
    intent: 'safe',
  },
  { id: 'server-password', pattern: '[Pp]assword: ?$', answer: '{{serverPassword}}', key: false, intent: 'safe' },
];

export const exosTransfers = {
  tftp: pull(
    install(
      'download image {{server:ip}} {{remoteFile:path}} vr {{property.vr}}[[ block-size {{property.blockSize:int}}]] {{otherSlot}}',
    ),
  ),
  http: pull(
    install(
      'download url http://{{server:ip}}:{{serverPort:int}}/{{remoteFile:path}} vr {{property.vr}} {{otherSlot}}',
    ),
  ),
  scp: pull(
    say('scp2 vr {{property.vr}} {{serverUser}}@{{server:ip}}:{{remoteFile:path}} {{file}}', {
      silenceMs: INSTALL_SILENCE_MS,
      totalMs: INSTALL_TOTAL_MS,
      success: 'successfully validated|100%',
      questions: serverQuestions,
    }),
    install('install image {{file}} {{otherSlot}}'),
  ),
} satisfies Driver['transfers'];
