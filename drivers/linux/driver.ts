/**
 * Linux devices with two slots (A/B): the image goes to the slot that does not run, the slot is switched, the device reboots.
 * The site's own commands (properties `slots`) say how; nothing is guessed about partitions.
 */
import type { Driver } from '../../core/driver.js';
import type { TransferProcedure } from '../../core/transfer-procedure.js';
import { linuxDialog } from './dialog.js';
import { xmodemBy, ymodemBy } from './in-band.js';
import { linuxHooks } from './specialise.js';
import { FREE_SPACE, shell, TRANSFER_SILENCE_MS } from './shell.js';

const tftp: TransferProcedure = {
  direction: 'devicePulls',
  // busybox tftp prints nothing while it copies.
  exchanges: [
    shell('tftp -g -l {{image:path}} -r {{remoteFile:path}} {{server:ip}} {{serverPort:int}}', {
      silenceMs: TRANSFER_SILENCE_MS,
    }),
  ],
  cleanup: [shell('rm -f {{image:path}}')],
};

/** busybox wget and GNU wget alike; `-q`: neither paints its own progress. */
const http: TransferProcedure = {
  direction: 'devicePulls',
  exchanges: [
    shell('wget -q -O {{image:path}} http://{{server:ip}}:{{serverPort:int}}/{{remoteFile:path}}', {
      silenceMs: TRANSFER_SILENCE_MS,
    }),
  ],
  cleanup: [shell('rm -f {{image:path}}')],
};

const ftp: TransferProcedure = {
  direction: 'devicePulls',
  // busybox ftpget prints nothing while it copies.
  exchanges: [
    shell(
      'ftpget -P {{serverPort:int}} -u {{serverUser:word}} -p {{serverPassword:word}} {{server:ip}} {{image:path}} {{remoteFile:path}}',
      { silenceMs: TRANSFER_SILENCE_MS },
    ),
  ],
  cleanup: [shell('rm -f {{image:path}}')],
};

export const linux = {
  id: 'linux',
  make: 'linux',
  osType: 'Linux',
  description:
    "Linux with two slots, by RAUC, SWUpdate or the site's own commands; U-Boot below it where the properties say so",
  verifiedOn: [{ model: 'QEMU virt (aarch64)', osVersion: 'Linux 6.1, U-Boot 2023.01', how: 'test/peers/device' }],
  capabilities: { rollback: 'otherSlot', stacks: 'no', versionsRead: [] },
  dialog: linuxDialog,
  login: { op: 'exec', prepare: ['export TERM=dumb', 'stty cols 500'], failures: ['Login incorrect'] },
  facts: [
    {
      exchange: { send: 'cat /etc/os-release', silenceMs: 30_000 },
      fields: [
        { name: 'osVersion', pattern: '^VERSION_ID="?([^"\\n]+?)"?$' },
        { name: 'osType', pattern: '^NAME="?([^"\\n]+?)"?$' },
      ],
      optional: true,
    },
    { exchange: { send: 'hostname', silenceMs: 30_000 }, fields: [{ name: 'hostname', pattern: '^([\\w.-]+)$' }] },
    {
      exchange: { send: 'cat /proc/uptime', silenceMs: 30_000 },
      fields: [
        { name: 'uptimeSeconds', pattern: '^(\\d+)\\.\\d+ ' },
        { name: 'uptimeText', pattern: '^(\\d+)\\.\\d+ ', value: '{1} seconds' },
      ],
    },
    {
      exchange: { send: 'ls /sys/class/net', silenceMs: 30_000 },
      fields: [],
      interfaces: '(?<type>eth|en[ops]|wl|br|bond|lan|wan|lo)[\\w.-]*',
    },
    {
      // POSIX: the fourth column is what is available, in KiB.
      exchange: { send: FREE_SPACE, silenceMs: 30_000 },
      fields: [{ name: 'freeBytes', pattern: '^\\S+ +\\d+ +\\d+ +(\\d+) +\\d+% ', factor: 1024 }],
      optional: true,
    },
  ],
  defaultHostnames: ['localhost', 'buildroot', 'OpenWrt'],
  fileSystem: '/tmp/',
  imageNames: [{ pattern: '(\\d+\\.\\d+(?:\\.\\d+)?(?:[-+]\\w+)?)', version: '{1}' }],
  uptimeStepSeconds: 1,
  interrupt: '\x03',
  spareBytes: 65_536,
  transfers: { tftp, ftp, http, xmodem: xmodemBy('rx -b -c'), ymodem: ymodemBy('rb -b -y') },
  verify: {
    algorithm: 'sha256',
    exchange: { send: 'sha256sum {{image:path}}', silenceMs: 120_000, capture: { hash: '^([0-9a-f]{64})\\b' } },
  },
  activate: {
    kind: 'slot',
    install: [],
    select: [],
    undo: [],
    commit: [shell('sync')],
  },
  reload: {
    exchange: {
      send: 'reboot',
      ready: 'U-Boot \\d{4}|[Rr]ebooting|Restarting system|going down|Sent SIG',
      silenceMs: 60_000,
    },
    story: "Issuing 'reboot'",
    seenWithinMs: 60_000,
  },
  boot: {
    banner: '^U-Boot \\d{4}\\.\\d{2}',
    milestones: [
      { id: 'loader', pattern: '^(?<line>U-Boot \\d{4}\\.\\d{2}\\S*)', story: '{line}' },
      { id: 'kernel', pattern: '^Starting kernel', story: 'Kernel started' },
      { id: 'fallback', pattern: '^(?<line>.*FALLING BACK.*)$', story: '{line}' },
    ],
    expectedBoots: 1,
    done: ['login', 'exec', 'user'],
    // vendors §6: hard cap 10 minutes for Linux.
    capMs: 600_000,
    loaderStandsMs: 10_000,
  },
  hooks: linuxHooks,
} satisfies Driver;
