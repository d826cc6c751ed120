/** `transfers`: every protocol beside programs that have it too. */
import type { BenchCase } from '../bench-case.js';
import { ftpCases } from './ftp.js';
import { httpCases } from './http.js';
import { sftpCases } from './sftp.js';
import { tftpCases } from './tftp.js';
import { xmodemCases } from './xmodem.js';

export function transferCases(): readonly BenchCase[] {
  return [...ftpCases(), ...httpCases(), ...sftpCases(), ...tftpCases(), ...xmodemCases()];
}
