/** Moving a file. Classes: transport, remoteFile, space, integrity, refused, timeout, aborted. */
import type { ErrorTable } from './registry.js';

export const transferErrors = {
  TRANSFER_TRANSPORT: {
    message: '{method}: {reason}',
    fault: 'link',
    httpStatus: 502,
    retryable: true,
    next: 'Check the path between device and node.',
  },
  TRANSFER_REMOTE_FILE: {
    message: '{method}: the far end did not find {file}: {reason}',
    fault: 'remote',
    httpStatus: 502,
    retryable: false,
    next: 'Check the file name.',
  },
  TRANSFER_SPACE: {
    message: '{method}: no space: {reason}',
    fault: 'device',
    httpStatus: 507,
    retryable: false,
    next: 'Free space where the file goes.',
  },
  TRANSFER_INTEGRITY: {
    message: '{method}: {reason}',
    fault: 'link',
    httpStatus: 502,
    retryable: true,
    next: 'The copy was discarded.',
  },
  TRANSFER_REFUSED: {
    message: '{method}: refused: {reason}',
    fault: 'remote',
    httpStatus: 502,
    retryable: false,
    next: "See the far end's words in the transcript.",
  },
  TRANSFER_TIMEOUT: {
    message: '{method}: {reason}',
    fault: 'link',
    httpStatus: 504,
    retryable: true,
    next: 'Check the path between device and node.',
  },
  TRANSFER_ABORTED: {
    message: '{method}: aborted: {reason}',
    fault: 'local',
    httpStatus: 409,
    retryable: true,
    next: 'Nothing to do.',
  },
  TRANSFER_NO_SERVER: {
    message: 'no {method} server is configured on this node',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Add servers.{method} to portwright.json.',
  },
  TRANSFER_URL: {
    message: '{url}: {reason}',
    fault: 'local',
    httpStatus: 400,
    retryable: false,
    next: 'http://HOST/PATH, https://, ftp://, tftp://, sftp:// or scp://USER@HOST/PATH; --credentials NAME for a login.',
  },
  TRANSFER_NO_CLIENT: {
    message: 'this node has no {method} client',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Use a URL of another kind.',
  },
} satisfies ErrorTable;
