/** One command that needs no node, in a folder. */
import { run } from '../../cli/run.js';
import { FakeIo } from './fake-io.js';

export async function command(
  cwd: string,
  ...words: string[]
): Promise<{ readonly code: number; readonly io: FakeIo }> {
  const io = new FakeIo({ LAB_PASSWORD: 'correct-horse' }, cwd);
  return { code: await run(words, io), io };
}
