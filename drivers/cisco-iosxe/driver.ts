/**
 * Cisco IOS-XE: install mode, where the device's own installer brings the image to every member of a stack and goes back by
 * itself if the new one is not committed; and bundle mode, one file named by `boot system`, as IOS does it.
 * Sources: Catalyst 9300 System Management Configuration Guide; Catalyst 8000V Software Configuration Guide (`install add`,
 * `install activate`, `install commit`); recorded `show version`, `show boot` and `show install summary` output.
 */
import type { ActivateProcedure, Driver, DriverVariant } from '../../core/driver.js';
import { bootList, configurationLock, iosConfig, verifyMd5 } from '../cisco/boot-list.js';
import { iosLogin, LOADER_PROMPTS } from '../cisco/dialog.js';
import { CISCO_ALSO_READS, DIR, IOSXE_VERSION, showVersion } from '../cisco/facts.js';
import { iosInterfaces } from '../cisco/interfaces.js';
import { say } from '../cisco/say.js';
import { iosUploads, networkTransfers } from '../cisco/transfers.js';
import { iosxeDialog } from './dialog.js';

/** The installer is silent while it copies to the members: an add took 3 of 9 minutes on a 9200 (vendors §6). */
const INSTALL_SILENCE_MS = 10 * 60_000;
/** vendors §6: install 30 minutes. */
const INSTALL_TOTAL_MS = 30 * 60_000;

const BOOT_SIGNS =
  '%SYS-5-RELOAD|process exit with reload|Initializing Hardware|System Bootstrap|Chassis \\d+ reloading|Kbytes of main memory';

const installer: ActivateProcedure = {
  kind: 'installer',
  // A package whose certificate is not yet valid is not installed. `*00:03:12.345 UTC Mon Mar 1 1993`
  checks: [
    { exchange: say('show clock'), refuse: '^(.*\\b(?:19\\d\\d|20[01]\\d))\\s*$', code: 'PUSH_DEVICE_CLOCK' },
    configurationLock,
  ],
  // Unpacks and checks it, and changes nothing about what boots.
  install: [
    say('install add file {{fileSystem}}{{file}}', {
      silenceMs: INSTALL_SILENCE_MS,
      totalMs: INSTALL_TOTAL_MS,
      success: 'SUCCESS: install_add|Finished Add|Add succeeded',
    }),
  ],
  select: [],
  // Nothing was selected: what was added and not activated boots nowhere.
  undo: [],
  commit: [],
  confirmed: { exchange: say('show install summary'), pattern: '^Auto abort timer: inactive' },
  // Without it the device goes back to the former image when its auto-abort timer ends (two hours by default).
  confirm: [
    say('install commit', {
      silenceMs: INSTALL_SILENCE_MS,
      totalMs: INSTALL_TOTAL_MS,
      success: 'SUCCESS: install_commit|Finished Commit|Commit succeeded',
    }),
  ],
};

/** One file, named by `boot system`: routers as delivered, and switches that were put there. */
const bundle: DriverVariant = {
  id: 'bundle',
  when: [{ fact: 'bootImage', pattern: '\\.bin$' }],
  activate: bootList,
  reload: { exchange: say('reload', { ready: BOOT_SIGNS }), story: "Issuing 'reload'", seenWithinMs: 120_000 },
  capabilities: { rollback: 'bootList', stacks: 'no', versionsRead: [] },
};

export const ciscoIosXe = {
  id: 'cisco-iosxe',
  make: 'cisco',
  osType: 'IOS-XE',
  description: 'Cisco IOS-XE routers and switches, stacks too, in install and bundle mode',
  verifiedOn: [],
  capabilities: {
    rollback: 'timer',
    stacks: 'device',
    versionsRead: ['03.03.02.SG', '03.04.06.SG', '03.06.06.E', '16.9.5', '17.7', '17.18.1'],
  },
  // vendors §6: post settle of a stack 10 minutes.
  settleMs: 600_000,
  dialog: iosxeDialog,
  login: iosLogin,
  facts: [showVersion(IOSXE_VERSION), DIR],
  alsoReads: CISCO_ALSO_READS,
  defaultHostnames: ['Router', 'Switch'],
  fileSystem: 'flash:',
  imageNames: [
    {
      // cat9k_iosxe.17.03.05.SPA.bin, isr4300-universalk9.16.09.04.SPA.bin, cat3k_caa-universalk9.16.12.05b.SPA.bin
      pattern:
        '^([a-z][a-z0-9]*(?:_lite|_caa)?)(?:_iosxe(?:ldpe|npe)*|-[a-z0-9_]+)*\\.0?(1[6-9]|[2-9]\\d)\\.0?(\\d+)\\.0?(\\d+[a-z]*\\d*)\\.',
      platform: '{1}',
      version: '{2}.{3}.{4}',
    },
    {
      // cat4500e-universalk9.SPA.03.04.06.SG.151-2.SG6.bin, cat3k_caa-universalk9.SPA.03.06.06E.152-2.E6.bin
      pattern: '^([a-z][a-z0-9]*(?:_caa)?)-[a-z0-9_]+\\.(?:SPA\\.)?(03\\.\\d\\d\\.\\d\\d[a-z]?)\\.?([A-Z]+)\\.',
      platform: '{1}',
      version: '{2}.{3}',
    },
  ],
  uptimeStepSeconds: 60,
  interrupt: '\x03\x1ex',
  // The installer unpacks beside the file: as much again (Catalyst 9300 guide: 1 GB for an image of that size).
  spareBytes: 1_000_000_000,
  transfers: networkTransfers,
  uploads: iosUploads,
  verify: verifyMd5,
  config: iosConfig,
  interfaces: iosInterfaces,
  activate: installer,
  reload: {
    exchange: say('install activate', { ready: BOOT_SIGNS, totalMs: INSTALL_TOTAL_MS }),
    story: "Issuing 'install activate'",
    // Members are checked and prepared before the first of them goes down.
    seenWithinMs: INSTALL_SILENCE_MS,
  },
  boot: {
    banner: '^System Bootstrap, Version|^Initializing Hardware',
    milestones: [
      { id: 'bootstrap', pattern: '^(?<line>System Bootstrap, Version [^,\\s]+)', story: '{line}' },
      { id: 'loader-upgrade', pattern: '(?<line>BOOT LOADER UPGRADING)', story: 'Boot loader upgrading' },
      { id: 'installed', pattern: 'uncompressed and installed, entry point', story: 'Image decompressed' },
      { id: 'microcode', pattern: 'Microcode IMG MGR: (?<line>Programming device \\d+)', story: '{line}' },
      { id: 'rights', pattern: 'Restricted Rights Legend', story: 'Image loaded' },
      { id: 'loaded', pattern: 'Press RETURN to get started', story: 'Device loaded' },
    ],
    // A boot loader that upgrades itself resets once more (recorded on a 3850).
    expectedBoots: 2,
    done: ['user', 'exec', 'login'],
    // vendors §6: stack 25 minutes.
    capMs: 25 * 60_000,
    loaderStandsMs: 10_000,
  },
  loader: {
    id: 'rommon',
    dialog: { ...iosxeDialog, prompts: [...LOADER_PROMPTS], questions: [], pagers: [] },
    facts: [],
    slots: {},
    boot: {
      send: 'boot {{oldImage:path}}',
      ready: 'Reading full image|Loading|Launching Linux Kernel|boot: reading file',
      silenceMs: 120_000,
    },
  },
  variants: [bundle],
} satisfies Driver;
