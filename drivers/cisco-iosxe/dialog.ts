/**
 * What an IOS-XE console says beyond IOS: the installer's questions and results, and its boot loaders.
 * Sources: Catalyst 9300 System Management Configuration Guide (`install`); pyATS unicon IOS-XE patterns; recorded boots of
 * 3850, 9300 and 8000V devices.
 */
import type { DialogTable } from '../../core/dialog-table.js';
import { iosDialog } from '../cisco/dialog.js';

export const iosxeDialog: DialogTable = {
  ...iosDialog,
  questions: [
    {
      id: 'install-save',
      pattern: 'you may save configuration and re-enter the command\\. \\[y/n/q\\] ?$',
      answer: 'y',
      otherwise: 'q',
      key: 'thenReturn',
      intent: 'saveConfig',
    },
    {
      id: 'install-reload',
      pattern: 'may require a reload of the system\\. Do you want to proceed\\? \\[y/n\\] ?$',
      answer: 'y',
      otherwise: 'n',
      key: 'thenReturn',
      intent: 'reload',
    },
    {
      id: 'install-remove',
      pattern: 'Do you want to remove the above files\\? \\[y/n\\] ?$',
      answer: 'y',
      otherwise: 'n',
      key: 'thenReturn',
      intent: 'overwrite',
    },
    ...iosDialog.questions,
  ],
  failures: [
    { pattern: 'FAILED: install_\\w+.*(?:space|disk)', class: 'space' },
    { pattern: '[Ss]ignature (?:verification|validation) failed|Image verification failed', class: 'integrity' },
    { pattern: '^% ?Error: .*(?:[Ff]ile not found|No such file)', class: 'remoteFile' },
    { pattern: '^FAILED: |FAILED: install_', class: 'refused' },
    ...iosDialog.failures,
  ],
  countdowns: [
    ...iosDialog.countdowns,
    'Preparing to autoboot\\.',
    'will be executed automatically in \\d+ ?s',
    'Press any key to (?:continue|interrupt)',
  ],
  bootStarts: [
    ...iosDialog.bootStarts,
    '^Initializing Hardware',
    'process exit with reload',
    '^Chassis \\d+ reloading, reason',
    '^GNU GRUB +version',
  ],
};
