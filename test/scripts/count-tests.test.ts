/** The one line at the end is what people and CI believe: it has to count what really happened. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { GateFixture } from './gate-fixture.js';

const ROOT = join(import.meta.dirname, '../..');
const MIXED = `
describe('mixed', () => {
  it('passes', () => {});
  it('fails', () => { throw new Error('on purpose'); });
  it('is skipped', function () { this.skip(); });
  describe('with a broken hook', () => {
    before(() => { throw new Error('hook'); });
    it('never runs', () => {});
  });
});
`;
const LEAKING =
  "describe('leaking', () => { it('listens', (done) => { require('net').createServer().listen(0, done); }); });\n";

describe('scripts/run-mocha', function () {
  this.timeout(40_000);
  let fixture: GateFixture;
  afterEach(() => {
    fixture.remove();
  });

  /** `npm test -- --only` on one file, without the build. */
  const run = (
    text: string,
  ): { readonly status: number | null; readonly output: string; readonly last: string | undefined } => {
    fixture = new GateFixture({ 'a.test.cjs': text });
    const program = `
      import { runMocha } from ${JSON.stringify(join(ROOT, 'scripts/run-mocha.mjs'))};
      import { Tally } from ${JSON.stringify(join(ROOT, 'scripts/tally.mjs'))};
      const tally = new Tally();
      tally.add(await runMocha([${JSON.stringify(join(fixture.root, 'a.test.cjs'))}]));
      tally.finish();`;
    const args = ['--input-type=module', '-e', program];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    return { status, output: stdout + stderr, last: stdout.trim().split('\n').at(-1) };
  };

  it('counts passed, failed with hooks, and skipped; names what failed and what was skipped', () => {
    const { status, output, last } = run(MIXED);
    expect(last).to.equal('1 passed, 2 failed, 1 skipped');
    expect(output).to.include('mixed is skipped').and.to.include('FAILED  mixed fails: on purpose');
    expect(status).to.equal(1);
  });

  it('takes tests that keep the process alive for a failure', () => {
    const { status, output, last } = run(LEAKING);
    expect(output).to.include('keeps the process alive: TCPServerWrap');
    expect(last).to.equal('1 passed, 1 failed, 0 skipped');
    expect(status).to.equal(1);
  });

  it('takes a Mocha that breaks off for a failure', () => {
    const { status, last } = run("process.kill(process.pid, 'SIGKILL');\n");
    expect(last).to.equal('0 passed, 1 failed, 0 skipped');
    expect(status).to.equal(1);
  });
});
