/**
 * Any device with a console, by the port's own words: prompts, commands and patterns stand in `properties.native`, in the form
 * of a site's own driver (docs/writing-a-driver.md). Without them it knows a login, a shell-like prompt and nothing else, and
 * takes no image. Model: native ports of console managers, whose scripts send and expect.
 */
import type { DialogTable } from '../../core/dialog-table.js';
import type { Driver } from '../../core/driver.js';
import { fail } from '../../core/errors/index.js';
import { buildDriver } from '../site/build.js';
import { nativeProblems } from '../site/read-drivers.js';
import type { SiteDriver } from '../site/schema.js';

const nativeDialog: DialogTable = {
  lineEnding: '\r',
  prompts: [
    { state: 'login', pattern: '^(?:[\\w.-]{1,64} )?(?:[Ll]ogin|[Uu]ser ?name) ?: ?$' },
    { state: 'password', pattern: '^[Pp]assword ?: ?$' },
    { state: 'exec', pattern: '^[\\w@.~:/()\\[\\]* -]{1,80}# ?$' },
    { state: 'user', pattern: '^[\\w@.~:/()\\[\\]* -]{1,80}[>$%] ?$' },
  ],
  pagers: [
    { pattern: '-{1,3} ?\\(?[Mm]ore(?: \\d+%)?\\)? ?-{1,3}(?:\\(\\d+%\\))? ?$', answer: ' ' },
    { pattern: '\\(q : quit\\) ?$', answer: ' ' },
  ],
  questions: [],
  failures: [],
  noise: [],
  // Boot loaders of many makes; whatever a port's device is, nobody's key may stop it (vendors §2).
  countdowns: [
    'Hit any key to (?:stop|run loader)',
    'Press any key to (?:stop|interrupt)',
    'Press Control-C now',
    'Hit \\[Enter\\] to boot immediately',
    'Preparing to autoboot',
    'Interrupt within \\d+ seconds',
    'autoboot in \\d+',
  ],
  bootStarts: [],
  secrets: [],
};

export const native: Driver = {
  ...{ id: 'native', make: 'native', osType: 'native', verifiedOn: [] },
  description: "any console, by the port's own prompts, commands and patterns",
  capabilities: { rollback: 'none', stacks: 'no', versionsRead: [] },
  dialog: nativeDialog,
  login: { op: 'user', prepare: [], failures: ['[Ll]ogin incorrect', '[Aa]ccess denied', '[Aa]uthentication fail'] },
  facts: [],
  ...{ defaultHostnames: [], fileSystem: '', imageNames: [], uptimeStepSeconds: 60, interrupt: '\x03', spareBytes: 0 },
  transfers: {},
  // Nothing of this is used until the port names transfers, and then it must name these too.
  verify: { algorithm: 'shown', exchange: { silenceMs: 1, success: '(?!)' } },
  activate: { kind: 'overwrite', install: [], select: [], undo: [], commit: [] },
  reload: { exchange: { silenceMs: 1 }, story: '', seenWithinMs: 1 },
  boot: {
    ...{ milestones: [], banner: '(?!)', expectedBoots: 1, done: ['login', 'user', 'exec'] },
    ...{ capMs: 15 * 60_000, loaderStandsMs: 10_000 },
  },
  hooks: {
    specialise: (driver, port) => {
      const words = port.properties['native'];
      if (words === undefined) return driver;
      const [first] = nativeProblems(words);
      if (first !== undefined) {
        const property = `/native${first.pointer}`;
        throw fail('DRIVER_PROPERTY', { port: port.id, driver: 'native', property, wanted: first.wanted });
      }
      return buildDriver({ ...(words as unknown as SiteDriver), id: 'native' }, driver);
    },
  },
};
