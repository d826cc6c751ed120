/** A small tree in a temporary folder, and a gate that is run on it as a program. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** What a gate said. */
export interface GateResult {
  readonly status: number | null;
  readonly output: string;
}

/** Files by path below a folder of their own; `remove` when done. */
export class GateFixture {
  readonly root = mkdtempSync(join(tmpdir(), 'portwright-gate-'));

  constructor(files: Readonly<Record<string, string>>) {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  /** Makes a file or folder of the checkout visible under the same name. */
  link(name: string): void {
    symlinkSync(join(ROOT, name), join(this.root, name));
  }

  /** Runs `scripts/<name>` on the tree. */
  run(name: string): GateResult {
    const script = join(ROOT, 'scripts', name);
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, this.root], { encoding: 'utf8' });
    return { status, output: stdout + stderr };
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}
