/** Foreign programs that tests talk to: a test without its peer is skipped loudly, and fails where `CI=true`. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Context } from 'mocha';

interface PeerPackage {
  readonly package: string;
  /** Program names, or absolute paths of files that are no programs. */
  readonly commands: readonly string[];
  readonly reason: string;
}

const PACKAGES = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../scripts/peer-packages.json'), 'utf8'),
) as readonly PeerPackage[];

/** Where Debian keeps servers; not in the PATH of an ordinary user. */
const SERVER_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * Call it first in `before` or in a test: `requirePeer.call(this, 'rx', 'in.tftpd')`.
 *
 * @param commands - program names, or absolute paths of files that must be there
 * @throws Error naming the Debian packages, under `CI=true`; elsewhere the suite or test is skipped
 */
export function requirePeer(this: Context, ...commands: string[]): void {
  const missing = missingPeers(commands);
  if (missing.length === 0) return;
  const message = `missing peer: ${missing.join(', ')}`;
  if (process.env['CI'] === 'true') throw new Error(message);
  console.warn(`    SKIPPED: ${message}`);
  this.skip();
}

/**
 * Which of these are not on this machine, each with the Debian package that has it: `rx (package lrzsz)`.
 *
 * @param commands - program names or absolute paths
 */
export function missingPeers(commands: readonly string[]): string[] {
  return commands.filter((command) => !isThere(command)).map((command) => `${command} (${packageOf(command)})`);
}

function packageOf(command: string): string {
  const found = PACKAGES.find((candidate) => candidate.commands.includes(command));
  return found === undefined ? 'no package listed' : `package ${found.package}`;
}

function isThere(command: string): boolean {
  if (isAbsolute(command)) return isReadable(command, constants.R_OK);
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SERVER_FOLDERS];
  return folders.some((folder) => isReadable(join(folder, command), constants.X_OK));
}

function isReadable(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
