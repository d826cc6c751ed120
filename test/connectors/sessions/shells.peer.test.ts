/** The dialogue with real shells on real terminals: their echo, line editing, wrapping and prompts are nobody's script. */
import { expect } from 'chai';
import { spawn } from 'node-pty';
import type { IPty } from 'node-pty';
import type { ByteChannel, ChannelEvents } from '../../../connectors/sessions/byte-channel.js';
import { dialogOpener } from '../../../connectors/sessions/line-dialog.js';
import { PortConsole } from '../../../connectors/sessions/port-console.js';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { SystemRandom } from '../../../connectors/clock/system-random.js';
import { codeOf } from '../../../core/errors/index.js';
import type { Dialog } from '../../../core/ports/dialog.js';
import { shell } from '../../protocols/dialog/tables.js';
import { requirePeer } from '../../support/peers.js';
import { MemoryTranscripts, quietLog } from './fake-channel.js';

class ShellChannel implements ByteChannel {
  readonly target: string;
  readonly #args: readonly string[];
  #pty: IPty | undefined;

  constructor(target: string, args: readonly string[]) {
    this.target = target;
    this.#args = args;
  }

  async open(events: ChannelEvents): Promise<void> {
    const env = { PATH: process.env['PATH'] ?? '', PS1: 'edge1:~# ', TERM: 'vt100', HOME: '/' };
    this.#pty = spawn(this.target, [...this.#args], { cols: 80, rows: 24, encoding: null, env });
    this.#pty.onData((data) => events.onBytes(data as unknown as Uint8Array));
    this.#pty.onExit(() => events.onClosed('the shell has ended'));
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#pty?.write(Buffer.from(bytes));
  }

  async close(): Promise<void> {
    this.#pty?.kill('SIGKILL');
  }
}

const SHELLS: readonly (readonly [name: string, program: string, args: readonly string[]])[] = [
  ['busybox ash', 'busybox', ['ash', '-i']],
  ['bash', 'bash', ['--norc', '--noprofile', '-i']],
  ['dash', 'dash', ['-i']],
];

for (const [name, program, args] of SHELLS) {
  describe(`LineDialog with ${name}`, function () {
    this.timeout(30_000);
    let console: PortConsole | undefined;
    let dialog: Dialog;

    before(async function () {
      requirePeer.call(this, program);
      const clock = new SystemClock();
      console = new PortConsole({
        portId: 'n1:1/1',
        channel: new ShellChannel(program, args),
        clock,
        random: new SystemRandom(),
        transcripts: new MemoryTranscripts(),
        mask: (text) => text,
        log: quietLog,
      });
      console.start();
      const line = console.claim('test');
      const { signal } = new AbortController();
      await line.opened(signal);
      dialog = dialogOpener(clock)(line, shell, signal);
    });

    after(() => console?.stop());

    const answer = async (send: string): Promise<string> =>
      (await dialog.run({ send, silenceMs: 5_000 }, {}, ['safe'])).output;

    it('finds its prompt', async () => {
      const state = await dialog.classify(10_000);
      expect(state.state).to.equal('exec');
      expect(state.text).to.match(/# $/);
    });

    it('reads answers without echo and prompt', async () => {
      expect(await answer('echo hello')).to.equal('hello');
      expect(await answer('true')).to.equal('');
      expect(await answer('printf "a\\n\\nb"; echo; echo pw-rc=$?')).to.equal('a\n\nb\npw-rc=0');
    });

    it('takes out the echo of commands that wrap at the edge of the screen', async () => {
      for (const length of [56, 59, 60, 61, 62, 63, 64, 71, 80]) {
        const word = 'x'.repeat(length);
        expect(await answer(`echo ${word} | tr x y`)).to.equal('y'.repeat(length));
      }
      const long = Array.from({ length: 40 }, (_, index) => `w${String(index)}`).join(' ');
      expect(await answer(`echo ${long}; echo end`)).to.equal(`${long}\nend`);
    });

    it('reads long output whole', async () => {
      const numbers = (await answer('seq 1 20000')).split('\n').map(Number);
      expect(numbers).to.deep.equal(Array.from({ length: 20_000 }, (_, index) => index + 1));
    });

    it('waits for a slow command, refuses a missing one, and gives up on silence', async () => {
      expect(await answer('sleep 1; echo slow')).to.equal('slow');
      const missing = await dialog.run({ send: 'nosuchcommand', silenceMs: 5_000 }, {}, ['safe']).catch(codeOf);
      expect(missing).to.equal('DEVICE_REFUSED');
      const silent = await dialog.run({ send: 'sleep 2', silenceMs: 500 }, {}, ['safe']).catch(codeOf);
      expect(silent).to.equal('DEVICE_SILENT');
      expect((await dialog.classify(10_000)).state).to.equal('exec');
    });
  });
}
