/** Where an SSH server of a test listens and keeps its host keys: one folder for a whole file, because keys take a second. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SshPlace {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly legacyAlgorithms: boolean;
}

/** Call it inside `describe`, or at the head of a file. */
export function sshPlace(): SshPlace {
  const dataDir = mkdtempSync(join(tmpdir(), 'ssh-data-'));
  after(() => rmSync(dataDir, { recursive: true, force: true }));
  return { host: '127.0.0.1', port: 0, dataDir, legacyAlgorithms: false };
}
