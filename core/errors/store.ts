/** SQLite, image store, logs. */
import type { ErrorTable } from './registry.js';

export const storeErrors = {
  STORE_NEWER: {
    message: 'database {file} has format {got}; this version knows up to {wanted}',
    fault: 'local',
    httpStatus: 500,
    retryable: false,
    next: 'Run the newer version, or restore the copy made before its migration.',
  },
  STORE_FAILED: {
    message: 'the store answered: {reason}',
    fault: 'local',
    httpStatus: 507,
    retryable: true,
    next: 'Check free space and the disk.',
  },
  STORE_DAMAGED: {
    message: 'database {file} is damaged: {reason}',
    fault: 'local',
    httpStatus: 500,
    retryable: false,
    next: 'Stop the node, keep a copy of the data folder, and restore {file} from your backup.',
  },
  STORE_CLOSED: {
    message: 'the store is closed',
    fault: 'local',
    httpStatus: 503,
    retryable: false,
    next: 'The node is stopping.',
  },
  IMAGE_VERSION_INVALID: {
    message: '"{version}" names no OS version',
    fault: 'local',
    httpStatus: 400,
    retryable: false,
    next: 'candidate, current, previous, archive 1…20, or 1–9 of A–Z a–z 0–9 _.',
  },
  IMAGE_NAME_INVALID: {
    message: '"{name}" is no file name for an image',
    fault: 'local',
    httpStatus: 400,
    retryable: false,
    next: 'Letters, digits, . _ - + only.',
  },
  IMAGE_UNKNOWN: {
    message: '{port} has no OS file "{version}"',
    fault: 'local',
    httpStatus: 404,
    retryable: false,
    next: 'portwright show directory {port}',
  },
  IMAGE_HASH_MISMATCH: {
    message: 'expected {algorithm} {wanted}, got {got}',
    fault: 'remote',
    httpStatus: 422,
    retryable: false,
    next: 'The file is not the one that was meant; nothing was stored.',
  },
  IMAGE_KEPT: {
    message: '{port}: "{version}" is kept by rotation; only named OS files and the candidate can be deleted',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Push or pull another image; it rotates out by itself.',
  },
  IMAGE_TOO_MANY_NAMED: {
    message: '{port} already has {limit} named OS files',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'portwright delete os {port} NAME',
  },
} satisfies ErrorTable;
