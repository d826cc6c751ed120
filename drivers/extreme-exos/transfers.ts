/**
 * How an EXOS switch fetches an image: `download image` (TFTP), `download url` (HTTP), or `scp2` and `install image`; or it is
 * put into its own SFTP server and installed from there.
 * Sources: EXOS Command Reference 16.1 to 32.2 (`download image`, `download url`, `install image`, `scp2`), User Guide (Using
 * SFTP), recorded upgrades.
 *
 * Installing also selects the partition for the next boot. The push selects in a step of its own, after its proof, so the
 * running partition is selected again at once. The partition is always named: the words active and inactive are read
 * differently by different releases.
 */
import type { Driver } from '../../core/driver.js';
import type { TransferProcedure } from '../../core/transfer-procedure.js';
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

/** One slot of a stack, one management module of a chassis. */
const UNIT = '[[ slot {{property.onSlot:int}}]][[ msm {{property.onMsm}}]]';

/** Waits as long as an image may take. */
export const lasting = (send: string, more: Partial<Exchange> = {}): Exchange =>
  say(send, { silenceMs: INSTALL_SILENCE_MS, totalMs: INSTALL_TOTAL_MS, ...more });

export const install = (send: string): Exchange => lasting(send + UNIT, { success: INSTALLED });

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

/** The file by SSH, as a file. */
export const scp2 = lasting('scp2 vr {{property.vr}} {{serverUser}}@{{server:ip}}:{{remoteFile:path}} {{file}}', {
  success: 'successfully validated|100%',
  questions: serverQuestions,
});

const byTftp =
  'download image {{server:ip}} {{remoteFile:path}} vr {{property.vr}}[[ block-size {{property.blockSize:int}}]] {{otherSlot}}';
const byUrl =
  'download url http://{{server:ip}}:{{serverPort:int}}/{{remoteFile:path}} vr {{property.vr}} {{otherSlot}}';
/** The file that `scp2` or our SFTP client has put beside the configuration. */
const fromFile = install('install image {{file}} {{otherSlot}}');

/** `-after`: what stands behind the partition and the unit. */
const transfersWith = (after: string) =>
  ({
    tftp: pull(installing(byTftp, after)),
    http: pull(installing(byUrl, after)),
    scp: pull(scp2, fromFile),
    sftp: {
      direction: 'wePut',
      remotePath: '{{file}}',
      before: [],
      after: [],
      finish: [fromFile, useImage('slot')],
      cleanup: [useImage('slot')],
    },
  }) satisfies Driver['transfers'];

function installing(send: string, after: string): Exchange {
  const exchange = install(send);
  return { ...exchange, send: (exchange.send ?? '') + after };
}

export const exosTransfers = transfersWith('');
/** `download url` came with 16.1. */
export const exosTransfers15 = withoutUrl(exosTransfers);
/** From 32.2 on the command can be told to install, and then does not ask. Never `reboot` behind it: what is installed is proved first. */
export const exosTransfers32 = transfersWith(' install');

function withoutUrl({ tftp, scp, sftp }: ReturnType<typeof transfersWith>): Driver['transfers'] {
  return { tftp, scp, sftp };
}
