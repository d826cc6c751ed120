/**
 * Cisco IOS: classic routers and Catalyst switches that boot one image file from flash by an ordered `boot system` list.
 * Sources: Cisco IOS Configuration Fundamentals Configuration Guide; recorded `show version`, `copy` and `reload` output.
 */
import type { Driver } from '../../core/driver.js';
import { bootList, iosConfig, verifyMd5 } from '../cisco/boot-list.js';
import { catalyst } from './catalyst.js';
import { iosDialog, iosLogin, LOADER_PROMPTS } from '../cisco/dialog.js';
import { CISCO_ALSO_READS, DIR, IOS_VERSION, showVersion } from '../cisco/facts.js';
import { iosInterfaces } from '../cisco/interfaces.js';
import { say } from '../cisco/say.js';
import { CONFREG_QUESTIONS, iosLineSpeed, loaderLineSpeeds } from './line-speed.js';
import { iosTransfers, iosUploads } from '../cisco/transfers.js';

export const ciscoIos = {
  id: 'cisco-ios',
  make: 'cisco',
  osType: 'IOS',
  description: 'Cisco IOS routers and Catalyst switches with one image file in flash',
  verifiedOn: [],
  capabilities: {
    rollback: 'bootList',
    stacks: 'no',
    versionsRead: ['12.2(18)EW5', '12.4(6)T2', '15.0(1)M7', '15.1(4)M8', '15.2(2)E8', '15.6(3)M2'],
  },
  dialog: iosDialog,
  login: iosLogin,
  facts: [showVersion(IOS_VERSION), DIR],
  alsoReads: CISCO_ALSO_READS,
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
  transfers: iosTransfers,
  uploads: iosUploads,
  verify: verifyMd5,
  config: iosConfig,
  interfaces: iosInterfaces,
  activate: bootList,
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
  variants: [catalyst],
} satisfies Driver;
