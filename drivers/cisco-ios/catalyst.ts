/**
 * Catalyst 2960, 3560 and 3750: one `boot system` line with all images in it, and the `switch:` boot loader.
 * Sources: Catalyst 2960 and 3750 Switch Command Reference (`boot system`, boot loader commands); recorded `show boot`
 * output. Only `.bin` images: an archive `.tar` is unpacked by `archive download-sw`, which this driver does not use.
 */
import type { DriverVariant, LoaderTable } from '../../core/driver.js';
import { bootList, WRITE_MEMORY } from '../cisco/boot-list.js';
import { iosDialog, LOADER_PROMPTS } from '../cisco/dialog.js';
import { loaderLineSpeeds } from './line-speed.js';
import { say } from '../cisco/say.js';

/** `flash_init` checks the file system: 18 to 25 s were seen on a 2960. */
const FLASH_INIT_MS = 120_000;

export const switchLoader: LoaderTable = {
  id: 'switch',
  dialog: {
    ...iosDialog,
    prompts: [...LOADER_PROMPTS],
    questions: [],
    pagers: [{ pattern: '-- MORE -- ?$', answer: ' ' }],
    failures: [
      { pattern: '^unknown cmd|^Unknown cmd|^usage:', class: 'refused' },
      { pattern: 'Error loading|no such file or directory|cannot open', class: 'remoteFile' },
    ],
  },
  lineSpeeds: loaderLineSpeeds,
  facts: [],
  slots: {},
  prepare: [{ send: 'flash_init', until: ['loader'], silenceMs: FLASH_INIT_MS, ignoreFailures: true }],
  boot: { send: 'boot {{oldImage:path}}', ready: 'Loading "|decompress|uncompressed', silenceMs: 60_000 },
};

/** The list stands in one line: `boot system flash:/new.bin;flash:/old.bin`. A second command would replace the first. */
export const catalyst: DriverVariant = {
  id: 'catalyst',
  when: [{ fact: 'model', pattern: '^(?:WS-C(?:2[39]|3[57])\\d\\d|IE-[2-4]\\d{3}|ME-3[46])' }],
  activate: {
    ...bootList,
    select: [
      say('configure terminal', { until: ['config'] }),
      say('no boot system', { until: ['config'] }),
      say('boot system {{fileSystem}}{{file}};{{oldImage:path}}', { until: ['config'] }),
      say('end', { until: ['exec'] }),
    ],
    selected: {
      exchange: say('show boot', { capture: { selected: '^BOOT path-list\\s*: *([^;\\s]+)' } }),
      wanted: '{{fileSystem}}{{file}}',
    },
    undo: [
      say('configure terminal', { until: ['config'] }),
      say('no boot system', { until: ['config'] }),
      say('boot system {{oldImage:path}}', { until: ['config'] }),
      say('end', { until: ['exec'] }),
      WRITE_MEMORY,
    ],
  },
  loader: switchLoader,
};
