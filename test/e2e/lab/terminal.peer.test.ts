/** Two persons with the real command line on pseudo terminals, a real node, and a push between them. */
import { join } from 'node:path';
import { expect } from 'chai';
import { spawn } from 'node-pty';
import type { IPty } from 'node-pty';
import { requirePeer } from '../../support/peers.js';
import { LabBed } from './lab-bed.js';
import type { NodeProcess } from './node-process.js';

const PROGRAM = join(import.meta.dirname, '../../../cli/main.ts');
const ESCAPE = '\x1d';

/** `portwright terminal` as a person has it. */
class Person {
  readonly #pty: IPty;
  readonly #exited: Promise<number>;
  #screen = '';
  #from = 0;
  #look = (): void => undefined;

  constructor(url: string, token: string, ...options: string[]) {
    this.#pty = spawn(process.execPath, ['--import', 'tsx', PROGRAM, 'terminal', '1/1', ...options], {
      env: { ...process.env, PORTWRIGHT_URL: url, PORTWRIGHT_TOKEN: token },
    });
    this.#pty.onData((text) => {
      this.#screen += text;
      this.#look();
    });
    this.#exited = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode }) => resolve(exitCode));
    });
  }

  type(text: string): void {
    this.#pty.write(text);
  }

  /** Waits for a text after the one before it; returns what came up to it. */
  async sees(text: string): Promise<string> {
    for (;;) {
      const at = this.#screen.indexOf(text, this.#from);
      if (at >= 0) {
        const seen = this.#screen.slice(this.#from, at + text.length);
        this.#from = at + text.length;
        return seen;
      }
      await new Promise<void>((resolve) => (this.#look = resolve));
    }
  }

  async leave(): Promise<number> {
    this.type(`${ESCAPE}q`);
    return this.#exited;
  }
}

describe('terminal on the lab', function () {
  this.timeout(120_000);
  let bed: LabBed;
  let node: NodeProcess;

  before(async function () {
    requirePeer.call(this, 'tftp');
    bed = await new LabBed().start();
    node = bed.node();
    await bed.storeCandidate(node);
  });

  after(() => bed.stop());

  it('one types, the other watches; a push waits, gives the line to who asks, and ends well', async () => {
    const [url, token] = [await node.address(), node.token()];
    const ada = new Person(url, token);
    await ada.sees('1/1: the line is yours');
    ada.type('\r');
    await ada.sees('Router');
    ada.type('terminal length 0\r');
    ada.type('show version\r');
    expect(await ada.sees('Configuration register')).to.include('1760');

    const bob = new Person(url, token);
    expect(await bob.sees('you watch')).to.include('1/1: held by');
    const job = await bed.push(node);
    // It waits for the person: nothing of it is done while she holds the line.
    ada.type('show clock\r');
    await bob.sees('show clock');
    expect((await node.job(job)).steps.map(({ step }) => step)).not.to.include('preFacts');

    ada.type(`${ESCAPE}r`);
    await bob.sees(`held by job ${job}`);
    bob.type(`${ESCAPE}a`);
    await bob.sees('1/1: the line is yours');
    bob.type('\r');
    expect(await bob.leave()).to.equal(0);

    const ended = await node.ended(job);
    expect(ended.verdict, ended.sentence).to.equal('succeeded');
    expect(bed.counts).to.include({ boots: 1, runningFileWrites: 0 });
    expect(await ada.leave()).to.equal(0);
  });
});
