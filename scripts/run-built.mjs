/** Runs a built program in the foreground: it gets the terminal and the signals, its exit status is ours. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { bootstrap, ROOT } from './bootstrap.mjs';

/**
 * @param program path below dist/
 * @param args its arguments
 * @returns its exit status; 128 + n where signal n ended it
 */
export async function runBuilt(program, args) {
  bootstrap();
  const path = join(ROOT, 'dist', program);
  if (!existsSync(path)) throw new Error(`there is no ${program} in dist/`);
  const child = spawn(process.execPath, ['--enable-source-maps', path, ...args], { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; the child decides how to end, and we wait for it.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
