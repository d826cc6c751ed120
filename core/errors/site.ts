/** Site files, rules, schedules, templates. */
import type { ErrorTable } from './registry.js';

export const siteErrors = {
  SITE_INVALID: {
    message: '{count} problem(s) in the site files; the first: {first}',
    fault: 'local',
    httpStatus: 422,
    retryable: false,
    next: 'portwright check SITE lists all.',
  },
  SITE_MISSING: {
    message: 'there is no site folder {folder}',
    fault: 'local',
    httpStatus: 404,
    retryable: false,
    next: 'portwright new {folder} writes one.',
  },
  SITE_EXISTS: {
    message: '{folder} is not empty',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Name a new folder.',
  },
  SECRET_MISSING: {
    message: 'secret {secret} is not there: {reference}',
    fault: 'local',
    httpStatus: 422,
    retryable: false,
    next: 'Set the environment variable or the file.',
  },
  TEMPLATE_SLOT_UNKNOWN: {
    message: 'no value for {{{slot}}} in "{template}"',
    fault: 'local',
    httpStatus: 422,
    retryable: false,
    next: 'Correct the template.',
  },
  TEMPLATE_SLOT_TYPE: {
    message: 'slot {slot} has unknown type {type} in "{template}"',
    fault: 'local',
    httpStatus: 422,
    retryable: false,
    next: 'Types: word, path, ip, int, quoted.',
  },
  TEMPLATE_VALUE_REFUSED: {
    message: 'value "{value}" does not fit slot {slot} of type {type}; nothing was sent',
    fault: 'device',
    httpStatus: 422,
    retryable: false,
    next: 'Check where the value comes from.',
  },
  RULE_UNKNOWN: {
    message: 'there is no rule {rule}',
    fault: 'local',
    httpStatus: 404,
    retryable: false,
    next: 'portwright show rules lists them.',
  },
  RULE_FAILED: {
    message: 'rule {rule} could not be evaluated: {reason}',
    fault: 'local',
    httpStatus: 422,
    retryable: false,
    next: 'Correct the condition; no other rule is affected.',
  },
  DRIVER_UNKNOWN: {
    message: 'there is no driver {driver}',
    fault: 'local',
    httpStatus: 422,
    retryable: false,
    next: 'portwright drivers list',
  },
  DRIVER_PROPERTY: {
    message: '{port}: driver {driver} needs property {property}: {wanted}',
    fault: 'local',
    httpStatus: 422,
    retryable: false,
    next: 'Set it in ports.json "properties".',
  },
} satisfies ErrorTable;
