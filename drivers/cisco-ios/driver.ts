/**
 * Cisco IOS: classic routers and Catalyst switches that boot one image file from flash by an ordered `boot system` list.
 * Sources: Cisco IOS Configuration Fundamentals Configuration Guide; recorded `show version`, `copy` and `reload` output.
 */
import type { ActivateProcedure, Driver, TransferProcedure } from '../../core/driver.js';
import type { Exchange } from '../../core/dialog-table.js';
import { iosDialog, LOADER_PROMPTS } from './dialog.js';
import { CONFREG_QUESTIONS, iosLineSpeed, loaderLineSpeeds } from './line-speed.js';

/** Longest silence of an ordinary command: `show` on a busy small CPU takes seconds (vendors §6: 60 s). */
const COMMAND_SILENCE_MS = 60_000;
/** IOS computes MD5 at 1–3 MB/s and prints dots meanwhile; netmiko allows 300 s. */
const VERIFY_SILENCE_MS = 300_000;
/** A TFTP copy prints `!` or `.` every few datagrams; the stall limit of vendors §6. */
const COPY_SILENCE_MS = 60_000;

const say = (send: string, more: Partial<Exchange> = {}): Exchange => ({
  send,
  silenceMs: COMMAND_SILENCE_MS,
  ...more,
});

const deletePartial: readonly Exchange[] = [say('delete {{fileSystem}}{{file}}', { ignoreFailures: true })];

const tftp: TransferProcedure = {
  direction: 'devicePulls',
  exchanges: [
    say('copy tftp://{{server:ip}}/{{remoteFile:path}} {{fileSystem}}{{file}}', {
      silenceMs: COPY_SILENCE_MS,
      totalMs: 4 * 3_600_000,
      success: '\\[OK - \\d+(?:/\\d+)? bytes\\]|\\d+ bytes copied in',
      capture: { bytes: '(\\d+) bytes copied in' },
    }),
  ],
  cleanup: deletePartial,
};

const xmodem: TransferProcedure = {
  direction: 'inBand',
  start: say('copy xmodem: {{fileSystem}}{{file}}', {
    ready: 'Ready to receive file\\.*|Begin the Xmodem or Xmodem-1K transfer now',
  }),
  finish: {
    silenceMs: COPY_SILENCE_MS,
    totalMs: 600_000,
    success: '\\d+ bytes copied in|\\[OK',
    capture: { bytes: '(\\d+) bytes copied in' },
  },
  blockSizes: [1024, 128],
  cleanup: deletePartial,
};

const activate: ActivateProcedure = {
  kind: 'bootVariable',
  install: [],
  select: [
    say('configure terminal', { until: ['config'] }),
    // The list is ordered and its first line wins; the running image stays as the second: a free way back.
    say('no boot system', { until: ['config'] }),
    say('boot system {{fileSystem}}{{file}}', { until: ['config'] }),
    say('boot system {{oldImage:path}}', { until: ['config'] }),
    say('end', { until: ['exec'] }),
  ],
  selected: say('show running-config | include ^boot system', {
    ignoreFailures: true,
    capture: { selected: '^boot system (?:flash )?(\\S+)' },
  }),
  wanted: '{{fileSystem}}{{file}}',
  undo: [
    say('configure terminal', { until: ['config'] }),
    say('no boot system', { until: ['config'] }),
    say('boot system {{oldImage:path}}', { until: ['config'] }),
    say('end', { until: ['exec'] }),
    say('write memory', { success: '\\[OK\\]' }),
  ],
  commit: [say('write memory', { success: '\\[OK\\]' })],
};

export const ciscoIos = {
  id: 'cisco-ios',
  make: 'cisco',
  osType: 'IOS',
  description: 'Cisco IOS routers and Catalyst switches with one image file in flash',
  verifiedOn: [],
  dialog: iosDialog,
  login: {
    op: 'exec',
    enable: 'enable',
    prepare: ['terminal length 0', 'terminal width 0'],
    failures: [
      '% Login invalid',
      '% Bad passwords',
      '% Access denied',
      '% Bad secrets',
      '% Authentication failed',
      '% No password set',
    ],
  },
  facts: [
    {
      exchange: say('show version'),
      fields: [
        { name: 'osVersion', pattern: '^(?:Cisco )?(?:IOS|Internetwork Operating System).*Version ([^,\\s]+)' },
        { name: 'osVersion', pattern: 'Software.*, Version ([^,\\s]+),' },
        { name: 'hostname', pattern: '^(\\S+) uptime is ' },
        { name: 'uptimeText', pattern: '^\\S+ uptime is (.+)$' },
        { name: 'bootImage', pattern: 'System image file is "([^"]+)"' },
        { name: 'model', pattern: '^[Cc]isco (\\S+) .*(?:processor|with (?:with )?\\d+K)' },
        { name: 'serialNumber', pattern: '^System [Ss]erial [Nn]umber\\s*:\\s*(\\S+)' },
        { name: 'serialNumber', pattern: '^Processor board ID ([A-Za-z0-9]+)' },
      ],
      interfaces: '^(?<count>\\d+) (?<type>.+?) interfaces?(?:\\(s\\))?$',
    },
    {
      exchange: say('dir {{fileSystem}}'),
      fields: [{ name: 'freeBytes', pattern: '\\((\\d+) bytes free\\)' }],
      optional: true,
    },
  ],
  defaultHostnames: ['Router', 'Switch'],
  fileSystem: 'flash:',
  imageNames: [
    {
      // c1700-y-mz.123-1a.bin, c2951-universalk9-mz.SPA.151-3.T1.bin
      pattern: '^(c?[a-z]*\\d+\\w*)-\\w+-m\\w*\\.(?:SPA\\.)?(\\d{2})(\\d)-(\\w+?)(?:\\.([A-Z]\\w*))?\\.bin$',
      platform: '{1}',
      version: '{2}.{3}({4}){5}',
    },
  ],
  uptimeStepSeconds: 60,
  // Ctrl-C breaks off a copy; Ctrl-^ x is the documented escape.
  interrupt: '\x03\x1ex',
  // vendors §5.1: free bytes ≥ size + 64 KiB.
  spareBytes: 65_536,
  transfers: { tftp, xmodem },
  verify: {
    algorithm: 'md5',
    exchange: say('verify /md5 {{fileSystem}}{{file}}', {
      silenceMs: VERIFY_SILENCE_MS,
      capture: { hash: '= ([0-9a-fA-F]{32})' },
    }),
  },
  config: {
    running: say('show running-config', { ignoreFailures: true }),
    startup: say('show startup-config', { ignoreFailures: true }),
    save: [say('write memory', { success: '\\[OK\\]' })],
    volatile: [
      '^Building configuration',
      '^Current configuration',
      '^Using \\d+ out of',
      '^! Last configuration change',
      '^! NVRAM config last updated',
      '^ntp clock-period',
      '^\\s*$',
    ],
  },
  activate,
  reload: {
    exchange: say('reload', { ready: '%SYS-5-RELOAD|System Bootstrap|Kbytes of main memory|Restarting system' }),
    story: "Issuing 'reload'",
    seenWithinMs: 60_000,
  },
  boot: {
    banner: 'platform with \\d+ Kbytes of main memory|^System Bootstrap, Version',
    milestones: [
      { id: 'platform', pattern: '^(?<line>.*platform with \\d+ Kbytes of main memory)', story: '{line}' },
      { id: 'load', pattern: '^decompressing', story: 'decompressing' },
      { id: 'decompress', pattern: '[Ss]elf decompressing the image', story: 'Image decompressing' },
      { id: 'decompressed', pattern: '\\[OK\\]\\s*$', story: 'Image decompressed' },
      { id: 'loaded', pattern: 'Press RETURN to get started', story: 'Device loaded' },
    ],
    expectedBoots: 1,
    done: ['user', 'exec', 'login'],
    // vendors §6: hard cap 15 minutes for IOS.
    capMs: 15 * 60_000,
    loaderStandsMs: 10_000,
  },
  lineSpeed: iosLineSpeed,
  loader: {
    id: 'rommon',
    dialog: { ...iosDialog, prompts: [...LOADER_PROMPTS], questions: CONFREG_QUESTIONS, pagers: [] },
    lineSpeeds: loaderLineSpeeds,
    facts: [],
    slots: {},
    boot: { send: 'boot {{oldImage:path}}', ready: 'decompress|program load complete|Loading', silenceMs: 60_000 },
  },
} satisfies Driver;
