/** File transfers: all cases of this folder. */
import type { BenchCase } from '../bench-case.js';
import { httpCases } from './http.js';
import { tftpCases } from './tftp.js';
import { xmodemCases } from './xmodem.js';

export function transferCases(): readonly BenchCase[] {
  return [...httpCases(), ...tftpCases(), ...xmodemCases()];
}
