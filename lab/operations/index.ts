/** The operations and predicates that device files may name. */
import type { ScriptParts } from '../script.js';
import { bootOperations } from './boot.js';
import { configureOperations } from './configure.js';
import { consoleSpeedOperations, consoleSpeedPredicates } from './console-speed.js';
import { copyOutOperations } from './copy-out.js';
import { tftpOperations } from './copy-tftp.js';
import { urlOperations } from './copy-url.js';
import { xmodemOperations } from './copy-xmodem.js';
import { exosBootOperations, exosBootPredicates } from './exos-boot.js';
import { exosDownloadOperations, exosDownloadPredicates } from './exos-download.js';
import { exosFileOperations, exosFilePredicates } from './exos-files.js';
import { exosShowOperations } from './exos-show.js';
import { flashOperations } from './flash-files.js';
import { installOperations } from './install.js';
import { interfaceOperations, interfacePredicates } from './interfaces.js';
import { sessionOperations } from './session.js';

export const scriptParts: ScriptParts = {
  operations: {
    ...bootOperations,
    ...configureOperations,
    ...copyOutOperations,
    ...consoleSpeedOperations,
    ...exosBootOperations,
    ...exosDownloadOperations,
    ...exosFileOperations,
    ...exosShowOperations,
    ...flashOperations,
    ...installOperations,
    ...interfaceOperations,
    ...sessionOperations,
    ...tftpOperations,
    ...urlOperations,
    ...xmodemOperations,
  },
  predicates: {
    ...consoleSpeedPredicates,
    ...exosBootPredicates,
    ...exosDownloadPredicates,
    ...exosFilePredicates,
    ...interfacePredicates,
    fileExists: ({ machine, slots }) => machine.flash.has(slots['file'] ?? ''),
    flashReady: ({ machine }) => machine.memory.flashReady,
    modified: ({ machine }) => machine.memory.modified,
  },
};
