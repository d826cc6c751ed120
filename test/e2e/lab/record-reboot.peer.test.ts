/** A recording of the lab's router as a person makes it, and a reboot of it, by whole processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { LabBed } from './lab-bed.js';
import type { NodeProcess } from './node-process.js';

const ROOT = join(import.meta.dirname, '../../..');
const LOGIN = { username: 'ops', password: 'canary-Pa55word' };

describe('record and reboot on the lab', function () {
  this.timeout(180_000);
  let bed: LabBed;
  let node: NodeProcess;

  before(async () => {
    bed = await new LabBed({ login: LOGIN }).start();
    node = bed.node();
    await node.request('GET', '/ports');
  });

  after(async () => {
    await bed.stop();
  });

  /** The command line on the bed's node; its exit code and what it printed. */
  async function portwright(...words: string[]): Promise<{ code: number; out: string }> {
    const child = spawn(process.execPath, [join(ROOT, 'bin/portwright.mjs'), ...words], {
      cwd: bed.folder,
      env: { ...process.env, PORTWRIGHT_URL: await node.address(), PORTWRIGHT_TOKEN: node.token() },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    const [code] = (await once(child, 'close')) as [number];
    return { code, out };
  }

  it('lab record writes a file for each command, without a secret in any', async () => {
    const { code, out } = await portwright('lab', 'record', '1/1', '--to', 'real');
    expect(code, out).to.equal(0);
    const folder = join(bed.folder, 'real');
    const files = readdirSync(folder);
    expect(files).to.include('show_version.txt');
    for (const file of files) expect(out).to.contain(file);
    expect(readFileSync(join(folder, 'show_version.txt'), 'utf8')).to.contain('12.3(9)');
    for (const file of files) expect(readFileSync(join(folder, file), 'utf8')).not.to.contain(LOGIN.password);
    expect(bed.counts).to.include({ reloadCommands: 0, runningFileWrites: 0 });
  });

  it('lab record takes commands of its own, masks what the driver knows as a secret, and refuses slots', async () => {
    const { code } = await portwright('lab', 'record', '1/1', 'show clock', `show ${LOGIN.password}`, '--to', 'own');
    expect(code).to.equal(0);
    const files = readdirSync(join(bed.folder, 'own')).sort();
    expect(files).to.have.length(2);
    for (const file of files)
      expect(readFileSync(join(bed.folder, 'own', file), 'utf8')).not.to.contain(LOGIN.password);
    expect((await portwright('lab', 'record', '1/1', 'show {{x}}')).code).to.equal(1);
  });

  it('reboot reloads it once and proves that it is back', async () => {
    const { code, out } = await portwright('reboot', '1/1');
    expect(code, out).to.equal(0);
    expect(out).to.contain('Reboot succeeded.');
    expect(bed.counts).to.include({ reloadCommands: 1, runningFileWrites: 0 });
    const post = await portwright('show', 'post', '1/1');
    expect(post.out).to.contain('System Bootstrap');
  });
});
