/**
 * How IOS and IOS-XE fetch an image: `copy URL flash:file`, or XMODEM over the console.
 * Sources: Cisco IOS Configuration Fundamentals Command Reference (`copy`: URL prefixes and syntax); recorded dialogues.
 * `tftp`, `ftp` and `scp` URLs have no place for a port: the device comes to the protocol's own.
 */
import type { Driver } from '../../core/driver.js';
import type { TransferProcedure, UploadProcedure } from '../../core/transfer-procedure.js';
import type { Exchange, QuestionRow } from '../../core/dialog-table.js';
import type { InBandMethod } from '../../core/ports/transfer.js';
import { COPY_SILENCE_MS, say } from './say.js';

const deletePartial: readonly Exchange[] = [say('delete {{fileSystem}}{{file}}', { ignoreFailures: true })];

const DONE = '\\[OK - \\d+(?:/\\d+)? bytes\\]|\\d+ bytes copied in';

/** Our server asks for its one-time password at the device's prompt. */
const serverPassword: QuestionRow = {
  id: 'server-password',
  pattern: '^Password: ?$',
  answer: '{{serverPassword}}',
  key: false,
  intent: 'safe',
};

const pull = (url: string, more: Partial<Exchange> = {}): TransferProcedure => ({
  direction: 'devicePulls',
  exchanges: [
    say(`copy ${url} {{fileSystem}}{{file}}`, {
      silenceMs: COPY_SILENCE_MS,
      totalMs: 4 * 3_600_000,
      success: DONE,
      capture: { bytes: '(\\d+) bytes copied in' },
      ...more,
    }),
  ],
  cleanup: deletePartial,
});

const receive = (method: InBandMethod, begin: string): TransferProcedure => ({
  direction: 'inBand',
  start: say(`copy ${method}: {{fileSystem}}{{file}}`, { ready: `Ready to receive file\\.*|${begin}` }),
  finish: {
    silenceMs: COPY_SILENCE_MS,
    totalMs: 600_000,
    success: '\\d+ bytes copied in|\\[OK',
    capture: { bytes: '(\\d+) bytes copied in' },
  },
  blockSizes: [1024, 128],
  cleanup: deletePartial,
});

const bring = (url: string, more: Partial<Exchange> = {}): UploadProcedure => ({
  exchanges: [
    say(`copy {{image:path}} ${url}`, {
      silenceMs: COPY_SILENCE_MS,
      totalMs: 4 * 3_600_000,
      success: `${DONE}|\\d+ bytes copied`,
      ...more,
    }),
  ],
});

/** `copy` reads from XMODEM and never writes to it (command reference): a device without a network brings nothing. */
export const iosUploads = {
  tftp: bring('tftp://{{server:ip}}/{{remoteFile:path}}'),
  ftp: bring('ftp://{{serverUser}}:{{serverPassword}}@{{server:ip}}/{{remoteFile:path}}'),
  scp: bring('scp://{{serverUser}}@{{server:ip}}/{{remoteFile:path}}', { questions: [serverPassword] }),
} satisfies Driver['uploads'];

export const networkTransfers = {
  tftp: pull('tftp://{{server:ip}}/{{remoteFile:path}}'),
  ftp: pull('ftp://{{serverUser}}:{{serverPassword}}@{{server:ip}}/{{remoteFile:path}}'),
  http: pull('http://{{server:ip}}:{{serverPort:int}}/{{remoteFile:path}}'),
  scp: pull('scp://{{serverUser}}@{{server:ip}}/{{remoteFile:path}}', { questions: [serverPassword] }),
} satisfies Driver['transfers'];

/**
 * XMODEM and YMODEM belong to classic IOS: an IOS-XE image takes days at console speed. The words of a switch before YMODEM
 * are taken from those before XMODEM, no recording of them is known.
 */
export const iosTransfers = {
  ...networkTransfers,
  xmodem: receive('xmodem', 'Begin the Xmodem or Xmodem-1K transfer now'),
  ymodem: receive('ymodem', 'Begin the Ymodem transfer now'),
} satisfies Driver['transfers'];
