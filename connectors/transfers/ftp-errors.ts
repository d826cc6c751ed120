/** What an FTP server's refusal means for a transfer. Source: RFC 959 §4.2.2, RFC 2228 §5.1, RFC 4217 (534, 522). */
import { FTPError } from 'basic-ftp';
import { PortwrightError, fail, reasonOf } from '../../core/errors/index.js';
import type { ErrorCode } from '../../core/errors/index.js';

/** The classes that the first two digits do not tell. */
const CLASSES: Readonly<Record<number, ErrorCode>> = {
  430: 'TRANSFER_REFUSED',
  431: 'TRANSFER_REFUSED',
  450: 'TRANSFER_REMOTE_FILE',
  452: 'TRANSFER_SPACE',
  550: 'TRANSFER_REMOTE_FILE',
  551: 'TRANSFER_TRANSPORT',
  552: 'TRANSFER_SPACE',
  554: 'TRANSFER_TRANSPORT',
};
/** How Node and OpenSSL name a certificate that is not trusted. */
const CERTIFICATE = /^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|HOSTNAME_MISMATCH|ERR_SSL)/;

/**
 * The error of the registry for what basic-ftp, a socket or TLS threw. 4xx that says nothing of the file is a matter of the
 * moment (`transport`), 5xx that does not is the server's last word (`refused`).
 */
export function ftpError(error: unknown, file: string): PortwrightError {
  if (error instanceof PortwrightError) return error;
  const method = 'ftp';
  const reason = reasonOf(error);
  if (error instanceof FTPError) {
    const code = CLASSES[error.code] ?? (error.code < 500 ? 'TRANSFER_TRANSPORT' : 'TRANSFER_REFUSED');
    return fail(code, { method, file, reason }, error);
  }
  const { code } = error as NodeJS.ErrnoException;
  const isCertificate = typeof code === 'string' && CERTIFICATE.test(code);
  return fail(isCertificate ? 'TRANSFER_REFUSED' : 'TRANSFER_TRANSPORT', { method, reason }, error);
}
