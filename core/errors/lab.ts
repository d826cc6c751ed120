/** Simulated devices. */
import type { ErrorTable } from './registry.js';

export const labErrors = {
  LAB_DEVICE_UNKNOWN: {
    message: 'there is no simulated device {device}',
    fault: 'local',
    httpStatus: 404,
    retryable: false,
    next: 'portwright lab list',
  },
  LAB_FILE_INVALID: {
    message: '{file} {pointer}: expected {wanted}, got {got}',
    fault: 'local',
    httpStatus: 422,
    retryable: false,
    next: 'Correct the lab file.',
  },
  LAB_PROGRAM_MISSING: {
    message: 'the simulated device moves files with {program}, which is not there',
    fault: 'local',
    httpStatus: 500,
    retryable: false,
    next: 'Install it, or set "agent": "own" in the lab file.',
  },
  LAB_CONSOLE_FAILED: {
    message: 'no console for {device}: {reason}',
    fault: 'local',
    httpStatus: 500,
    retryable: false,
    next: 'Use a console of type tcp where there are no pseudo terminals.',
  },
  LAB_FAULT_UNKNOWN: {
    message: 'the lab knows no fault {fault}',
    fault: 'local',
    httpStatus: 404,
    retryable: false,
    next: 'Take an id from the table in docs/lab.md.',
  },
  LAB_FAULT_UNSUITABLE: {
    message: '{fault} cannot happen to {device}: only to {devices}',
    fault: 'local',
    httpStatus: 422,
    retryable: false,
    next: 'Take another device or another fault; docs/lab.md tells which fit.',
  },
  LAB_CONTROL_FAILED: {
    message: 'the lab at {socket}: {reason}',
    fault: 'local',
    httpStatus: 502,
    retryable: false,
    next: 'portwright lab start FILE',
  },
} satisfies ErrorTable;
