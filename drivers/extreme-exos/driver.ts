/**
 * Extreme EXOS (Switch Engine): two partitions, the image goes to the one that was not booted. Alone and stacked: the switch
 * brings the image to every slot by itself. EXOS has no hash command; the switch checks CRC and signature as it installs,
 * and must then list the file on the partition.
 * Sources: EXOS Command Reference and User Guide 16.1 to 32.2; recorded `show switch`, `show version`, upgrade dialogues.
 */
import type { Driver } from '../../core/driver.js';
import { exosDialog, exosLogin } from './dialog.js';
import { exosDownload } from './download.js';
import { exosInterfaces } from './interfaces.js';
import { bootedFacts } from './show-switch.js';
import { exosTransfers, exosTransfers15, exosTransfers32, say, useImage } from './transfers.js';

const SHOW_SWITCH = 'show switch';
const SHOW_VERSION = 'show version';

export const extremeExos = {
  id: 'extreme-exos',
  make: 'extreme',
  osType: 'EXOS',
  description: 'Extreme switches with EXOS or Switch Engine, stacks too, two partitions',
  verifiedOn: [],
  capabilities: { rollback: 'otherSlot', stacks: 'device', versionsRead: ['11.2.3.3', '15.4.1.3-patch1-12'] },
  settleMs: 600_000,
  dialog: exosDialog,
  login: exosLogin,
  facts: [
    {
      exchange: say(SHOW_SWITCH),
      // The hook reads the part that has columns.
      fields: [
        { name: 'hostname', pattern: '^SysName: +(\\S.*?)\\s*$' },
        { name: 'model', pattern: '^System Type: +(\\S.*?)(?: \\(Stack\\))?\\s*$' },
        { name: 'bootCount', pattern: '^Boot Count: +(\\d+)' },
        { name: 'uptimeText', pattern: '^System UpTime: +(.+?)\\s*$' },
      ],
      working: [
        { name: 'stored configuration', pattern: '^Config Booted: +\\S+\\.cfg' },
        { name: 'backup in sync', pattern: '^Current State: .*BACKUP \\(In Sync\\)' },
      ],
    },
    {
      exchange: say(SHOW_VERSION),
      fields: [
        // `16.2.5.4 16.2.5.4-patch1-31`, `15.4.1.3 v1541b3-patch1-12`: the branch tells the patch.
        {
          name: 'osVersion',
          pattern: '^Image +: .*[Vv]ersion (\\d+(?:\\.\\d+)+)(?: (?!by )\\S*?(-patch[\\w-]+))?',
          value: '{1}{2}',
        },
        { name: 'osVersion', pattern: '\\bIMG: *(\\d+(?:\\.\\d+)+)' },
        // A chassis tells its own before those of its slots. Part number first, then the serial number.
        {
          name: 'serialNumber',
          pattern: '^(?:Chassis|Switch|Slot-\\d+) *: +(?:PN:)?\\S+ +(?:SN:)?(\\S+)(?= +(?:Rev|BootROM|IMG)\\b)',
        },
      ],
      members: '^Slot-\\d+ *: \\S',
    },
    {
      // It tells of timeouts, which are no failure here.
      exchange: say('show management', { ignoreFailures: true }),
      fields: [],
      working: [{ name: 'SSH', pattern: '^SSH2? [Aa]ccess +: +Enabled' }],
    },
    {
      // A switch alone may refuse it.
      exchange: say('show slot', { ignoreFailures: true }),
      fields: [],
      working: [{ name: '{1}', pattern: '^(Slot-\\d+) .*\\bOperational\\b' }],
    },
    {
      exchange: say('show ports configuration no-refresh'),
      fields: [],
      interfaces: '^ *\\d{1,3}(?::\\d{1,3})?(?= +\\S)',
      optional: true,
    },
  ],
  alsoReads: [
    {
      exchange: say('ls'),
      fields: [{ name: 'freeBytes', pattern: '(\\d+) +\\d+%\\s*$', factor: 1024 }],
    },
    {
      exchange: say('show platform version'),
      fields: [{ name: 'osVersion', pattern: '^EXOS version:\\s+(\\S+)' }],
    },
  ],
  defaultHostnames: [],
  fileSystem: '/usr/local/cfg/',
  imagePlace: 'partition',
  slots: { 'property.vr': 'VR-Mgmt' },
  platforms: [
    { model: '^X(?:440|450|460|480|620|650|670|770)', platform: 'summitX' },
    { model: '^X435', platform: 'summitlite_arm' },
    { model: '^X(?:465|590|690|695|870)|^5720', platform: 'onie' },
    { model: '^5[345]20', platform: 'summit_arm' },
  ],
  imageNames: [
    {
      // summitX-16.2.5.4-patch1-31.xos, onie-30.7.1.1.xos, EXOS-VM_32.6.3.126.xos
      pattern: '^([Ss]ummitX|[\\w-]+?)[-_](\\d+(?:\\.\\d+){3})(-patch[\\d-]+)?\\.xos$',
      platform: '{1}',
      version: '{2}{3}',
    },
  ],
  uptimeStepSeconds: 1,
  interrupt: '\x03',
  spareBytes: 0,
  transfers: exosTransfers,
  download: exosDownload,
  verify: {
    algorithm: 'shown',
    exchange: { ...say('show version images'), success: '^\\S+ +{{otherSlot}} .*\\b{{file}}\\b' },
    // Switch, Slot-1, MSM-A.
    eachUnit: {
      unit: '^(\\S+) +(?:primary|secondary) ',
      shown: '^{{unit}} +{{otherSlot}} .*\\b{{file}}\\b',
    },
  },
  config: {
    running: say('show configuration', { ignoreFailures: true }),
    tech: say('show tech all', { ignoreFailures: true, totalMs: 30 * 60_000 }),
    save: [say('save configuration', { silenceMs: 120_000 })],
    unsaved: '^(?:! )?\\* ',
    volatile: [],
  },
  interfaces: exosInterfaces,
  activate: {
    kind: 'slot',
    checks: [
      // A slot that nobody has configured is empty.
      {
        exchange: say('show slot', { ignoreFailures: true }),
        refuse: '^(Slot-\\d+ (?!.*\\b(?:Operational|Empty)\\b).*\\S)',
        code: 'PUSH_UNIT_DOWN',
      },
      // The star stands at the slot that one talks to; only the master takes an image.
      {
        exchange: say(SHOW_SWITCH),
        refuse:
          '^Slot: +(?:Slot-\\d+ {2,}(Slot-\\d+) \\*[^]*?^Current State: +MASTER|(Slot-\\d+) \\*[^]*?^Current State: +(?! |MASTER|OPERATIONAL))',
        code: 'PUSH_NOT_MASTER',
      },
      {
        exchange: say(SHOW_SWITCH),
        refuse: '^Next Reboot: +(?!None)(\\S.*?)\\s*$',
        code: 'PUSH_REBOOT_SCHEDULED',
      },
    ],
    // Staging has installed it on the free partition.
    install: [],
    select: [useImage('otherSlot')],
    selected: {
      exchange: say(SHOW_SWITCH, { capture: { selected: '^Image Selected: +(primary|secondary)' } }),
      wanted: '{{otherSlot}}',
    },
    undo: [useImage('slot')],
    commit: [],
  },
  slotNames: ['primary', 'secondary'],
  variants: [
    {
      id: 'before-url',
      when: [{ fact: 'osVersion', pattern: '^(?:[0-9]|1[0-5])\\.' }],
      transfers: exosTransfers15,
    },
    {
      id: 'install-keyword',
      when: [{ fact: 'osVersion', pattern: '^(?:32\\.(?:[2-9]|\\d\\d)|3[3-9]\\.|[4-9]\\d\\.)' }],
      transfers: exosTransfers32,
    },
  ],
  reload: {
    exchange: say('reboot', { ready: 'Rebooting|going down|BootStrap|Bootstrap|Booting (?:primary|secondary)' }),
    story: "Issuing 'reboot'",
    // Research: the session drops within 120 s.
    seenWithinMs: 120_000,
  },
  boot: {
    banner: '^(?:Bootstrap|BootStrap|BootROM)\\b.*(?:[Vv]ersion|Copyright|Image)|^Booting (?:primary|secondary) image',
    milestones: [
      { id: 'image', pattern: '^(?<line>Booting (?:primary|secondary) image)', story: '{line}' },
      { id: 'start', pattern: '^(?<line>Starting (?:ExtremeXOS|Switch Engine)\\S*)', story: '{line}' },
      {
        id: 'loaded',
        pattern: 'Authentication Service \\(AAA\\) on the master node is now available',
        story: 'Device loaded',
      },
    ],
    expectedBoots: 1,
    done: ['login', 'exec', 'user'],
    // Research: back within 15 minutes alone, 25 in a stack.
    capMs: 25 * 60_000,
    loaderStandsMs: 10_000,
  },
  loader: {
    id: 'bootrom',
    dialog: {
      ...exosDialog,
      prompts: exosDialog.prompts.filter(({ state }) => state === 'loader'),
      questions: [],
      pagers: [],
    },
    facts: [],
    slots: {},
    boot: { send: 'boot', ready: 'Booting|Loading|Starting', silenceMs: 60_000 },
  },
  hooks: {
    // `show switch` may leave the patch out; where there is `show version`, its version counts.
    facts: (outputs) => {
      const { osVersion, ...booted } = bootedFacts(outputs[SHOW_SWITCH] ?? '');
      const told = outputs[SHOW_VERSION] !== undefined || osVersion === undefined;
      return told ? booted : { ...booted, osVersion };
    },
  },
} satisfies Driver;
