/**
 * What a Cisco IOS console says. Sources: Cisco IOS Configuration Fundamentals (copy, reload, xmodem dialogues);
 * pyATS unicon generic patterns; recorded dialogues of 1900, 2600, 2900, 2960 and 3640 devices.
 */
import type { DialogTable, LoginTable, PromptRow } from '../../core/dialog-table.js';

const HOST = '[\\w.()/-]{1,64}';

/** Prompts of the ROM monitor and of the `switch:` loader. */
export const LOADER_PROMPTS: readonly PromptRow[] = [
  { state: 'loader', pattern: '^(?:rommon \\d+ ?>|switch:|grub>) ?$' },
];

/** A log message in the middle of anything: `*Sep 18 10:36:14.536: %LINK-3-UPDOWN: …`, `000123: %SYS-5-CONFIG_I: …`. */
const LOG_LINE =
  '^(?:\\d{6}: )?(?:[*.]?[A-Z][a-z]{2} +\\d{1,2} [\\d:.]+(?: [A-Z]{2,5})?: )?%[A-Z][A-Z0-9_]*-(?:[A-Z0-9_]+-)?[0-7]-[A-Z0-9_]+:.*$';

export const iosDialog: DialogTable = {
  lineEnding: '\r',
  prompts: [
    ...LOADER_PROMPTS,
    { state: 'setup', pattern: 'Would you like to enter the initial configuration dialog\\? \\[yes/no\\]: ?$' },
    { state: 'pressReturn', pattern: 'Press RETURN to get started[.!]*\\s*$' },
    { state: 'login', pattern: '^(?:Username|login): ?$' },
    { state: 'password', pattern: '^Password: ?$' },
    { state: 'config', pattern: `^${HOST}\\((?:conf|cfg)[^)]*\\)# ?$` },
    { state: 'exec', pattern: '^[\\w./-]{1,64}# ?$' },
    { state: 'user', pattern: '^[\\w./-]{1,64}> ?$' },
  ],
  pagers: [{ pattern: ' ?--\\s?[Mm]ore\\s?-- ?$', answer: ' ' }],
  questions: [
    // Erase comes before everything else: a bare RETURN means yes there (vendors, §0.6).
    {
      id: 'erase-before-copy',
      pattern: 'Erase \\S+ before copying\\? ?\\[confirm\\] ?$',
      answer: 'y',
      otherwise: 'n',
      key: true,
      intent: 'erase',
    },
    {
      id: 'erase-file-system',
      pattern: 'will remove all files! Continue\\? ?\\[confirm\\] ?$',
      answer: 'y',
      otherwise: 'n',
      key: true,
      intent: 'erase',
    },
    {
      id: 'overwrite',
      pattern: 'over ?write\\? ?\\[confirm\\] ?$',
      answer: 'y',
      otherwise: 'n',
      key: true,
      intent: 'overwrite',
    },
    {
      id: 'delete-confirm',
      pattern: 'Delete \\S+\\? ?\\[confirm\\] ?$',
      answer: 'y',
      otherwise: 'n',
      key: true,
      intent: 'overwrite',
    },
    { id: 'delete-name', pattern: 'Delete filename \\[[^\\]]*\\]\\? ?$', answer: '', key: false, intent: 'overwrite' },
    { id: 'destination', pattern: 'Destination filename \\[[^\\]]*\\]\\? ?$', answer: '', key: false, intent: 'safe' },
    // Both are in the URL that was typed; only what it names is taken.
    {
      id: 'remote-host',
      pattern: 'Address or name of remote host \\[[^\\]]+\\]\\? ?$',
      answer: '',
      key: false,
      intent: 'safe',
    },
    {
      id: 'remote-user',
      pattern: 'Destination username \\[[^\\]]+\\]\\? ?$',
      answer: '',
      key: false,
      intent: 'safe',
    },
    { id: 'source', pattern: 'Source filename \\[[^\\]]*\\]\\? ?$', answer: '{{file}}', key: false, intent: 'safe' },
    {
      id: 'xmodem-crc',
      pattern: 'Use crc block checksumming\\? ?\\[confirm\\] ?$',
      answer: 'y',
      key: true,
      intent: 'safe',
    },
    { id: 'xmodem-retries', pattern: 'Max Retry Count \\[\\d+\\]: ?$', answer: '', key: false, intent: 'safe' },
    {
      id: 'xmodem-validation',
      pattern: 'Perform image validation checks\\? ?\\[confirm\\] ?$',
      answer: 'y',
      key: true,
      intent: 'safe',
    },
    { id: 'xmodem-continue', pattern: '^Continue\\? ?\\[confirm\\] ?$', answer: 'y', key: true, intent: 'safe' },
    { id: 'xmodem-proceed', pattern: '^Proceed\\? ?\\[confirm\\] ?$', answer: 'y', key: true, intent: 'safe' },
    { id: 'abort-copy', pattern: 'Abort Copy\\? ?\\[confirm\\] ?$', answer: 'y', key: true, intent: 'safe' },
    { id: 'autoinstall', pattern: 'terminate autoinstall\\? \\[yes\\]: ?$', answer: 'yes', key: false, intent: 'safe' },
    {
      id: 'save-before-reload',
      pattern: 'modified\\. Save\\? \\[yes/no\\]: ?$',
      answer: 'yes',
      key: false,
      intent: 'saveConfig',
    },
    // A router with a built-in access point asks about it first; its own configuration is not ours to touch.
    {
      id: 'internal-ap',
      pattern: 'reload the internal AP ?\\? ?\\[yes/no\\]: ?$',
      answer: 'no',
      key: false,
      intent: 'safe',
    },
    {
      id: 'internal-ap-save',
      pattern: 'save the configuration of the AP ?\\? ?\\[yes/no\\]: ?$',
      answer: 'no',
      key: false,
      intent: 'safe',
    },
    {
      id: 'reload',
      pattern: 'Proceed with (?:quick )?reload\\? ?\\[confirm\\] ?$',
      answer: 'y',
      otherwise: 'n',
      key: true,
      intent: 'reload',
    },
  ],
  failures: [
    { pattern: '%Error (?:opening|reading) .*\\((?:No such file|File not found)', class: 'remoteFile' },
    { pattern: '[Nn]ot enough space|[Nn]o space left|Insufficient (?:flash )?(?:memory|space)', class: 'space' },
    { pattern: '%Error opening .*\\((?:Permission denied|Access)', class: 'refused' },
    { pattern: '%Error (?:opening|reading|copying|writing|receiving)', class: 'transport' },
    { pattern: '%Error verifying|[Bb]ad checksum|Signature did not verify|CRC does not match', class: 'integrity' },
    { pattern: '[Tt]ransfer (?:aborted|failed)|Receive failed|Retry count exceeded', class: 'transport' },
    {
      pattern:
        '% ?(?:Invalid input|Incomplete command|Ambiguous command|Unknown command|Unrecognized|Bad |Command authorization failed)',
      class: 'refused',
    },
    { pattern: '%Error ', class: 'refused' },
  ],
  noise: [LOG_LINE],
  busy: ['^(?:Loading|Accessing) .*: ?$'],
  countdowns: ['Press Control-C now', 'Interrupt within \\d+ seconds'],
  bootStarts: ['^System Bootstrap, Version', 'platform with \\d+ Kbytes of main memory', '%SYS-5-RELOAD'],
  secrets: [
    '^\\s*(?:enable (?:password|secret)(?: level \\d+)?(?: \\d)?|username \\S+ (?:privilege \\d+ )?(?:password|secret)(?: \\d)?|password(?: \\d)?|snmp-server community) (\\S+)',
  ],
};

export const iosLogin: LoginTable = {
  op: 'exec',
  enable: 'enable',
  leaveConfig: 'end',
  prepare: ['terminal length 0', 'terminal width 0'],
  failures: [
    '% Login invalid',
    '% Bad passwords',
    '% Access denied',
    '% Bad secrets',
    '% Authentication failed',
    '% No password set',
  ],
};
