/** The node itself: listeners, HTTP, bus. */
import type { ErrorTable } from './registry.js';

export const nodeErrors = {
  LISTEN_REFUSED: {
    message: '{what} cannot listen on {address}: {reason}',
    fault: 'local',
    httpStatus: 500,
    retryable: false,
    next: '{hint}',
  },
  HTTP_UNAUTHORIZED: {
    message: 'no valid token',
    fault: 'remote',
    httpStatus: 401,
    retryable: false,
    next: 'Send Authorization: Bearer with the token in dataDir/token.',
  },
  HTTP_BAD_REQUEST: {
    message: '{pointer}: expected {wanted}, got {got}',
    fault: 'remote',
    httpStatus: 400,
    retryable: false,
    next: 'Correct the request.',
  },
  HTTP_ORIGIN_REFUSED: {
    message: '{header} {value} does not fit this listener',
    fault: 'remote',
    httpStatus: 403,
    retryable: false,
    next: 'Use the address that the node listens on.',
  },
  HTTP_MEDIA_TYPE: {
    message: 'expected {wanted}, got {got}',
    fault: 'remote',
    httpStatus: 415,
    retryable: false,
    next: 'Send the expected Content-Type.',
  },
  HTTP_NOT_FOUND: {
    message: 'there is no {path}',
    fault: 'remote',
    httpStatus: 404,
    retryable: false,
    next: 'See /api/v1/openapi.json.',
  },
  PORT_UNKNOWN: {
    message: 'there is no port {port}',
    fault: 'remote',
    httpStatus: 404,
    retryable: false,
    next: 'portwright show ports lists them.',
  },
  PORT_AMBIGUOUS: {
    message: '{port} is one of {candidates}',
    fault: 'remote',
    httpStatus: 409,
    retryable: false,
    next: 'Use the full id.',
  },
  BUS_UNREACHABLE: {
    message: 'NATS at {servers}: {reason}',
    fault: 'link',
    httpStatus: 503,
    retryable: true,
    next: 'Events are kept and sent when it is back.',
  },
  DATA_FOLDER_BUSY: {
    message: 'data folder {folder} is in use by process {pid}',
    fault: 'local',
    httpStatus: 500,
    retryable: false,
    next: 'Stop the other node, or give this one a dataDir of its own.',
  },
  UNEXPECTED: {
    message: 'unexpected: {reason}',
    fault: 'local',
    httpStatus: 500,
    retryable: false,
    next: 'Report it with the log line.',
  },
} satisfies ErrorTable;
