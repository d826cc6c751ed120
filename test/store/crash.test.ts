import { expect } from 'chai';
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { buildStore } from './support/built-store.js';
import type { BuiltStore } from './support/built-store.js';
import { newFolder, removeFolders, seeded, startStores } from './support/store-folder.js';

const WRITER = new URL('./support/store-writer.ts', import.meta.url);

describe('the store in a process of its own, built', function () {
  this.timeout(30_000);
  let built: BuiltStore;

  before(() => {
    built = buildStore();
  });

  after(async () => {
    built.remove();
    await removeFolders();
  });

  /** Kills the writer with SIGKILL after so many acknowledgements; returns those that were read. */
  async function killAfter(dataDir: string, acknowledgements: number): Promise<readonly string[]> {
    const writer = spawn(process.execPath, [built.fileOf(WRITER), dataDir, 'kill'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const acked: string[] = [];
    for await (const line of createInterface(writer.stdout)) {
      if (line.startsWith('ack ')) acked.push(line.slice('ack '.length));
      if (acked.length === acknowledgements) writer.kill('SIGKILL');
    }
    return acked;
  }

  const seed = 1123;
  const random = seeded(seed);
  for (let round = 1; round <= 5; round += 1) {
    const kills = 1 + Math.floor(random() * 900);
    it(`loses no acknowledged row when it is killed after ${kills} (seed ${seed})`, async () => {
      const dataDir = await newFolder();
      const acked = await killAfter(dataDir, kills);
      expect(acked.length).to.be.at.least(kills);
      const { stores } = await startStores(dataDir);
      const owed = (await stores.jobs.owed(100_000)).map((one) => one.event.id);
      const events = (await stores.events.readAfter(0, 100_000)).map((one) => one.event.id);
      const has = { change: new Set(owed), event: new Set(events) };
      const lost = acked.filter((line) => {
        const [kind, id] = line.split(' ');
        return !has[kind as 'change' | 'event'].has(id!);
      });
      expect(lost).to.deep.equal([]);
      // All of a change or nothing of it: memory, journal and debt agree.
      for (const job of await stores.jobs.unfinished()) {
        const steps = await stores.jobs.steps(job.id);
        expect(steps.map((step) => step.seq)).to.deep.equal(steps.map((_, index) => index + 1));
        expect(job.memory['seq'] ?? 0).to.equal(steps.length);
        expect(owed.filter((id) => id.startsWith(`${job.id}-`))).to.have.length(steps.length);
      }
      await stores.stop();
    });
  }

  it('refuses what a full disk cannot hold, keeps what it promised, and recovers', async function () {
    const dataDir = await newFolder();
    const mounted = `mount -t tmpfs -o size=3m tmpfs "$0" && exec "$1" "$2" "$0" full`;
    const args = ['-rm', 'sh', '-c', mounted, dataDir, process.execPath, built.fileOf(WRITER)];
    const { stdout, stderr, status } = spawnSync('unshare', args, { encoding: 'utf8' });
    if (status !== 0 && /unshare|mount/.test(stderr)) {
      console.warn(`    SKIPPED: no mount namespace here: ${stderr.trim()}`);
      this.skip();
    }
    const lines = stdout.trim().split('\n');
    const ids = (word: string): readonly string[] =>
      lines.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length));
    expect(lines, stderr).to.include.members(['refused STORE_FAILED', 'readable true', 'step recovered']);
    expect(ids('ack change ').length).to.be.greaterThan(10);
    expect(ids('owed ')).to.deep.equal(ids('ack change '));
  });
});
