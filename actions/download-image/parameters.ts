/** Parameters of a download, as a JSON Schema. */
import type { JsonObject } from '../../core/json.js';
import { FETCH_PARAMETERS } from '../files/fetch-os.js';

/** Both at once make no sense. */
const apart = (one: string, other: string): JsonObject => ({
  not: { required: [one, other], properties: { [one]: {}, [other]: {} } },
});
const isTrue: JsonObject = { const: true };

export const DOWNLOAD_PARAMETERS: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...FETCH_PARAMETERS,
    version: {
      type: 'string',
      pattern: '^(candidate|current|previous|archive (?:[1-9]|1\\d|20)|[A-Za-z0-9_]{1,9})$',
      description: 'the stored version to install; with a URL, the one under which it is kept; default candidate',
    },
    memoryCard: {
      type: 'string',
      maxLength: 128,
      description: 'instead of a URL or a stored version: the file on the memory card or USB stick in the switch',
    },
    vr: {
      type: 'string',
      pattern: '^[A-Za-z0-9_-]{1,32}$',
      description: "the switch's virtual router; default: the port's, else VR-Mgmt",
    },
    blockSize: { type: 'integer', minimum: 24, maximum: 65_000, description: 'TFTP block size, bytes' },
    partition: {
      enum: ['primary', 'secondary', 'inactive', 'active'],
      description: 'default inactive, and what was booted is refused; of a module default active',
    },
    slot: { type: 'integer', minimum: 1, maximum: 8, description: 'one slot of a stack alone; it is not booted then' },
    msm: { enum: ['A', 'B'], description: 'one management module of a chassis alone; it is not booted then' },
    install: { type: 'boolean', description: 'false: bring the file and do not install it; default true' },
    accept: {
      type: 'array',
      uniqueItems: true,
      items: { enum: ['unsigned', 'noCertificate', 'badCertificate', 'removeDumps', 'moveDumps'] },
      description:
        'warnings of the switch that are answered with yes; moveDumps brings core dumps into the store first; default none',
    },
    reboot: { type: 'boolean', description: 'reload the switch and prove the new version; default false' },
    withoutModules: {
      type: 'boolean',
      description: 'a core image replaces the modules of its partition, and none that runs now need come again',
    },
    stageOnly: { type: 'boolean', description: 'install, verify, and leave the running partition selected' },
  },
  allOf: [
    { not: { required: ['reboot', 'stageOnly'], properties: { reboot: isTrue, stageOnly: isTrue } } },
    { not: { required: ['reboot', 'install'], properties: { reboot: isTrue, install: { const: false } } } },
    apart('slot', 'msm'),
    apart('memoryCard', 'url'),
    apart('memoryCard', 'version'),
    apart('memoryCard', 'install'),
  ],
};
