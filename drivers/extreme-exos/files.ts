/**
 * Files of an EXOS switch that are no images: a customer's own beside the configuration, and what a crash left in the internal
 * memory. Sources: EXOS Command Reference (`tftp get`, `tftp put`, `ls`, `download image`, "Core Dump Messages").
 */
import type { Exchange, QuestionRow } from '../../core/dialog-table.js';
import type { CustomerFiles, DumpFiles } from '../../core/download-command.js';
import type { TransferProcedure } from '../../core/transfer-procedure.js';
import { lasting, say, scp2 } from './transfers.js';

/** Its wording is believed: no page tells it. */
const overwrite: QuestionRow = {
  id: 'overwrite-file',
  pattern: 'already exists[^]*overwrite[^]*\\? ?\\(y/[nN]\\) ?$',
  answer: 'y',
  key: 'thenReturn',
  intent: 'overwrite',
};

const brings = (exchange: Exchange): TransferProcedure => ({
  direction: 'devicePulls',
  exchanges: [{ ...exchange, questions: [overwrite, ...(exchange.questions ?? [])] }],
  cleanup: [say('rm {{file}}')],
});

export const exosFiles: CustomerFiles = {
  endings: ['.cfg', '.xsf', '.pol', '.xlic', '.py', '.ssh'],
  transfers: {
    tftp: brings(lasting('tftp get {{server:ip}} vr {{property.vr}} {{remoteFile:path}} {{file}}')),
    http: brings(
      lasting('download url http://{{server:ip}}:{{serverPort:int}}/{{remoteFile:path}} vr {{property.vr}}'),
    ),
    scp: brings(scp2),
    sftp: {
      direction: 'wePut',
      remotePath: '{{file}}',
      before: [],
      after: [],
      cleanup: [say('rm {{file}}')],
    },
  },
  shown: {
    algorithm: 'shown',
    // `-rw-r--r--    1 root     0           236 Jun 19 15:29 test.pol`
    exchange: { ...say('ls {{file}}'), success: '^-\\S+ +\\d+ +\\S+ +\\S+ +{{size}} .*\\s(?:\\S*/)?{{file}}\\s*$' },
  },
  inUse: say('show switch', {
    capture: { selected: '^Config Selected: +(\\S+\\.cfg)', booted: '^Config Booted: +(\\S+\\.cfg)' },
  }),
};

export const exosDumps: DumpFiles = {
  list: say('ls internal-memory'),
  file: '^-\\S+ +\\d+ +\\S+ +\\S+ +(?<size>\\d+) .*\\s(?:\\S*/)?(?<file>[\\w.-]+)\\s*$',
  uploads: {
    tftp: {
      exchanges: [lasting('tftp put {{server:ip}} vr {{property.vr}} internal-memory {{dump}} {{remoteFile:path}}')],
    },
  },
  warning: 'removeDumps',
};
