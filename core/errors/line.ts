/** Console sessions and the right to write on a line. */
import type { ErrorTable } from './registry.js';

export const lineErrors = {
  LINE_BUSY: {
    message: '{port}: the line is held by {owner}',
    fault: 'local',
    httpStatus: 409,
    retryable: true,
    next: 'Wait for the holder, or take the line over.',
  },
  LINE_FENCED: {
    message: '{port}: this holder no longer owns the line',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Claim the line again.',
  },
  LINE_LISTEN_ONLY: {
    message: '{port}: the line is listen-only while the device boots',
    fault: 'local',
    httpStatus: 409,
    retryable: true,
    next: 'Wait until the device has booted.',
  },
  LINE_SPEED_FIXED: {
    message: '{port}: our end of the console cannot be set to {baudRate} baud: {reason}',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Leave out "xmodemBaudRate", or reach the console by a serial line or by telnet with RFC 2217.',
  },
  LINE_SPEED_LOST: {
    message: '{port}: after a change of the console speed between {from} and {to} baud: {reason}',
    fault: 'device',
    httpStatus: 502,
    retryable: true,
    next: 'Look at the console at both speeds, and set the device back to its own.',
  },
  CONSOLE_ABSENT: {
    message: '{port} has no console',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Add "console" to the port.',
  },
  CONSOLE_OPEN_FAILED: {
    message: '{port}: cannot open {target}: {reason}',
    fault: 'link',
    httpStatus: 502,
    retryable: true,
    next: 'Check cable, path, address and rights; the node keeps trying.',
  },
  CONSOLE_LOST: {
    message: '{port}: the console connection was lost: {reason}',
    fault: 'link',
    httpStatus: 502,
    retryable: true,
    next: 'The node reconnects by itself.',
  },
  CONSOLE_PROTOCOL_FAULT: {
    message: '{target}: the console server breaks its protocol: {reason}',
    fault: 'remote',
    httpStatus: 502,
    retryable: true,
    next: 'Check that this address speaks what "console.type" says; the node keeps trying.',
  },
  CONSOLE_SETTING_REFUSED: {
    message: '{target}: the line was not set: {reason}',
    fault: 'remote',
    httpStatus: 502,
    retryable: true,
    next: 'Set the rate at the console server, and leave out "baudRate" here.',
  },
  CONSOLE_LOGIN_REFUSED: {
    message: '{target}: the console server refused the login: {reason}',
    fault: 'remote',
    httpStatus: 502,
    retryable: true,
    next: 'Correct the secret that "console.credentials" names. The node tries again every 5 minutes.',
  },
  CONSOLE_HOST_KEY_CHANGED: {
    message: '{target}: another host key than before: wanted {wanted}, got {got}',
    fault: 'remote',
    httpStatus: 502,
    retryable: true,
    next: 'Find out why. If the change is right, remove the line of this address from known_hosts in the data folder.',
  },
} satisfies ErrorTable;
