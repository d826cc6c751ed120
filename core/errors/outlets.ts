/** Messages to people and other systems, and the variables of rules. */
import type { ErrorTable } from './registry.js';

export const outletErrors = {
  OUTLET_ABSENT: {
    message: 'this node has no {outlet}: {missing} is not in the site',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Add {missing} to portwright.json.',
  },
  OUTLET_UNREACHABLE: {
    message: '{outlet} to {target} did not go through: {reason}',
    fault: 'remote',
    httpStatus: 502,
    retryable: true,
    next: 'See that {target} can be reached from this node.',
  },
  OUTLET_REFUSED: {
    message: '{target} refused the {outlet}: {reason}',
    fault: 'remote',
    httpStatus: 502,
    retryable: false,
    next: 'Correct the address or the message.',
  },
  VALUE_NOT_A_NUMBER: {
    message: 'the {scope} variable {name} is {value}, not a number',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'setValue gives it a number to count from.',
  },
} satisfies ErrorTable;
