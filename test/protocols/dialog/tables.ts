/** Small dialogue tables for the tests of the engines; synthetic, in the shapes of vendors' consoles. */
import type { BootTable, DialogTable, LoginTable } from '../../../core/dialog-table.js';

/** Shapes of a router: `Router>`, `[confirm]` as one key, log messages that begin with `%`. */
export const router: DialogTable = {
  lineEnding: '\r',
  prompts: [
    { state: 'loader', pattern: '^rommon \\d+ ?> ?$' },
    { state: 'setup', pattern: 'initial configuration dialog\\? \\[yes/no\\]: ?$' },
    { state: 'pressReturn', pattern: 'Press RETURN to get started[.!]*\\s*$' },
    { state: 'login', pattern: '^Username: ?$' },
    { state: 'password', pattern: '^Password: ?$' },
    { state: 'config', pattern: '^[\\w.-]+\\(config[^)]*\\)# ?$' },
    { state: 'exec', pattern: '^[\\w.-]+# ?$' },
    { state: 'user', pattern: '^[\\w.-]+> ?$' },
  ],
  pagers: [{ pattern: ' ?--More-- ?$', answer: ' ' }],
  questions: [
    {
      id: 'erase',
      pattern: 'Erase \\S+ before copying\\? \\[confirm\\] ?$',
      answer: 'y',
      otherwise: 'n',
      key: true,
      intent: 'erase',
    },
    {
      id: 'erase-all',
      pattern: 'remove all files! Continue\\? \\[confirm\\] ?$',
      answer: 'y',
      key: true,
      intent: 'erase',
    },
    { id: 'destination', pattern: 'Destination filename \\[[^\\]]*\\]\\? ?$', answer: '', key: false, intent: 'safe' },
    { id: 'source', pattern: 'Source filename \\[[^\\]]*\\]\\? ?$', answer: '{{file}}', key: false, intent: 'safe' },
    { id: 'crc', pattern: 'crc block checksumming\\? \\[confirm\\] ?$', answer: 'y', key: true, intent: 'safe' },
    { id: 'retries', pattern: 'Max Retry Count \\[\\d+\\]: ?$', answer: '', key: false, intent: 'safe' },
    { id: 'validate', pattern: 'image validation checks\\? \\[confirm\\] ?$', answer: 'n', key: true, intent: 'safe' },
    { id: 'go-on', pattern: '^(?:Continue|Proceed)\\? \\[confirm\\] ?$', answer: 'y', key: true, intent: 'safe' },
    { id: 'reload', pattern: 'Proceed with reload\\? \\[confirm\\] ?$', answer: 'y', key: true, intent: 'reload' },
    {
      id: 'again',
      pattern: 'Copy (?<name>\\S+) again\\? $',
      answer: 'again {{name}}',
      key: false,
      intent: 'safe',
    },
  ],
  failures: [
    { pattern: '%Error opening .*No such file', class: 'remoteFile' },
    { pattern: '%Error (?:opening|copying)', class: 'transport' },
    { pattern: '[Nn]ot enough space', class: 'space' },
    { pattern: '% ?Invalid input', class: 'refused' },
  ],
  noise: [
    '^(?:[*.]?[A-Z][a-z]{2} +\\d{1,2} [\\d:.]+: |[\\d:]+: )?%[A-Z][A-Z0-9_]*-(?:[A-Z0-9_]+-)?[0-7]-[A-Z0-9_]+:.*$',
  ],
  countdowns: ['Hit any key to stop autoboot'],
  bootStarts: ['^System Bootstrap, Version', '%SYS-5-RELOAD'],
  secrets: [],
};

export const routerLogin: LoginTable = {
  op: 'exec',
  enable: 'enable',
  prepare: ['terminal length 0'],
  failures: ['% Login invalid', '% Access denied', '% Bad secrets'],
};

export const routerBoot: BootTable = {
  milestones: [
    { id: 'platform', pattern: '^(?<line>.*platform with \\d+ Kbytes of main memory)', story: '{line}' },
    { id: 'decompress', pattern: 'Self decompressing the image', story: 'Image decompressing' },
    { id: 'decompressed', pattern: '\\[OK\\]\\s*$', story: 'Image decompressed' },
    { id: 'loaded', pattern: 'Press RETURN to get started', story: 'Device loaded' },
  ],
  banner: 'platform with \\d+ Kbytes of main memory|^System Bootstrap, Version \\S+',
  expectedBoots: 1,
  done: ['user', 'exec', 'login'],
  capMs: 900_000,
  loaderStandsMs: 10_000,
};

/** Shapes of a Linux console above U-Boot. */
export const shell: DialogTable = {
  lineEnding: '\r',
  prompts: [
    { state: 'login', pattern: '^(?:[\\w.-]+ )?login: ?$' },
    { state: 'password', pattern: '^Password: ?$' },
    { state: 'exec', pattern: '^[\\w@.~:/\\[\\] -]{0,80}# ?$' },
    { state: 'user', pattern: '^[\\w@.~:/\\[\\] -]{0,80}\\$ ?$' },
  ],
  pagers: [{ pattern: '--More--(?:\\(\\d+%\\))? ?$', answer: ' ' }],
  questions: [],
  failures: [{ pattern: 'not found$', class: 'refused' }],
  noise: ['^\\[ *\\d+\\.\\d{6}\\] .*$'],
  countdowns: ['Hit any key to stop autoboot'],
  bootStarts: ['^U-Boot (?:SPL )?\\d{4}\\.\\d{2}', 'reboot: Restarting system', '^Starting kernel'],
  secrets: [],
};

export const loader: DialogTable = {
  lineEnding: '\r',
  prompts: [{ state: 'loader', pattern: '^(?:=>|[\\w.-]+ (?:#|>)) ?$' }],
  pagers: [],
  questions: [],
  failures: [{ pattern: '^Unknown command', class: 'refused' }],
  noise: [],
  countdowns: ['Hit any key to stop autoboot'],
  bootStarts: ['^U-Boot (?:SPL )?\\d{4}\\.\\d{2}', '^Starting kernel'],
  secrets: [],
};

export const shellBoot: BootTable = {
  milestones: [
    { id: 'loader', pattern: '^(?<line>U-Boot \\d{4}\\.\\d{2}\\S*)', story: '{line}' },
    { id: 'kernel', pattern: '^Starting kernel', story: 'Kernel started' },
  ],
  banner: '^U-Boot \\d{4}\\.\\d{2}',
  expectedBoots: 1,
  done: ['login', 'exec', 'user'],
  capMs: 600_000,
  loaderStandsMs: 10_000,
};
