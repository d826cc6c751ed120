import { expect } from 'chai';
import { ConsoleSource } from '../../../connectors/sources/console-lines.js';
import type { EventInput } from '../../../core/event.js';
import type { Console, ConsoleHappening } from '../../../core/ports/console.js';
import type { Line, LineMode } from '../../../core/ports/line.js';
import { loader, router } from '../../protocols/dialog/tables.js';
import { FakeClock } from '../../support/fake-clock.js';
import { SeededRandom } from '../../support/seeded-random.js';

class FakeConsole implements Console {
  readonly portId = 'n1:1/1';
  open = false;
  mode: LineMode = 'idle';
  listeners = new Set<(happening: ConsoleHappening) => void>();
  start(): void {}
  async stop(): Promise<void> {}
  subscribe(listener: (happening: ConsoleHappening) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  claim(): Line {
    throw new Error('not claimed here');
  }
  tell(happening: ConsoleHappening): void {
    for (const listener of this.listeners) listener(happening);
  }
  say(text: string, mode: LineMode = 'idle'): void {
    this.tell({ kind: 'received', bytes: new TextEncoder().encode(text), mode });
  }
}

function make(seed = 1) {
  const clock = new FakeClock();
  const console = new FakeConsole();
  const events: EventInput[] = [];
  const source = new ConsoleSource({
    console,
    node: 'n1',
    port: { name: '1/1', id: 'n1:1/1' },
    table: router,
    loader,
    clock,
    random: new SeededRandom(seed),
    mask: (text) => text.replaceAll('hunter2', '•••'),
    emit: (event) => events.push(event),
  });
  source.start();
  const seen = (): [string, unknown][] => events.map(({ type, data }) => [type, data]);
  return { clock, console, events, source, seen };
}

describe('ConsoleSource', () => {
  it('makes an event of each finished line, cleaned, masked and printable', () => {
    const { console, seen } = make();
    console.say('\x1b[1mhello\x1b[0m wor');
    console.say('ld\r\n\r\nkey hunter2 \x15end\r\n');
    console.say('not finished');
    expect(seen()).to.deep.equal([
      ['console.line', { line: 'hello world' }],
      ['console.line', { line: 'key ••• \\x15end' }],
    ]);
  });

  it('reads facility, severity and mnemonic, and kernel messages', () => {
    const { console, seen } = make();
    console.say('*Sep 18 10:36:14.536: %LINK-3-UPDOWN: Interface Ethernet0/0, changed state to up\r\n');
    console.say('Router>%SYS-SP-5-RESTART: System restarted --\r\n');
    console.say('[   12.345678] eth0: link up\r\n<4>[    1.000000] warn\r\n100%-3-not\r\n');
    const shapes = seen().map(([, data]) => ({ ...(data as object), line: undefined }));
    expect(shapes).to.deep.equal([
      {
        line: undefined,
        facility: 'LINK',
        severity: 3,
        mnemonic: 'UPDOWN',
        message: 'Interface Ethernet0/0, changed state to up',
      },
      { line: undefined, facility: 'SYS-SP', severity: 5, mnemonic: 'RESTART', message: 'System restarted --' },
      { line: undefined, facility: 'kernel', message: 'eth0: link up' },
      { line: undefined, facility: 'kernel', severity: 4, message: 'warn' },
      { line: undefined },
    ]);
  });

  it('tells where the device stands once its prompt stands, and again only when that changes', async () => {
    const { console, clock, seen } = make();
    console.say('\r\nRouter>');
    await clock.advance(100);
    expect(seen()).to.deep.equal([]);
    await clock.advance(200);
    console.say('\r\nRouter>');
    await clock.advance(1_000);
    console.say('enable\r\nPassword: ');
    await clock.advance(1_000);
    console.say('\r\nRouter#');
    await clock.advance(1_000);
    console.say('reload\r\nrommon 1 > ');
    await clock.advance(1_000);
    console.say('\r\nPress RETURN to get started!\r\n\r\n');
    await clock.advance(1_000);
    expect(seen().filter(([type]) => type === 'console.state')).to.deep.equal([
      ['console.state', { state: 'user', prompt: 'Router>' }],
      ['console.state', { state: 'password', prompt: 'Password:' }],
      ['console.state', { state: 'exec', prompt: 'Router#' }],
      ['console.state', { state: 'loader', prompt: 'rommon 1 >' }],
      ['console.state', { state: 'pressReturn', prompt: 'Press RETURN to get started!' }],
    ]);
  });

  it('makes nothing of a transfer, and does not join what stands around it', async () => {
    const { console, clock, seen } = make();
    console.say('Ready to receive', 'dialogue');
    console.tell({ kind: 'mode', mode: 'binary' });
    console.say('CCC\x06\n\x06\nRouter#', 'binary');
    await clock.advance(1_000);
    console.tell({ kind: 'mode', mode: 'dialogue' });
    console.say('done\r\n', 'dialogue');
    expect(seen()).to.deep.equal([['console.line', { line: 'done' }]]);
  });

  it('tells of the connection', () => {
    const { console, seen } = make();
    console.tell({ kind: 'opened' });
    console.say('half a li');
    console.tell({ kind: 'lost', reason: 'unplugged', code: 'CONSOLE_LOST' });
    console.tell({ kind: 'opened' });
    console.say('whole line\r\n');
    expect(seen()).to.deep.equal([
      ['port.opened', {}],
      ['port.lost', { reason: 'unplugged', code: 'CONSOLE_LOST' }],
      ['port.opened', {}],
      ['console.line', { line: 'whole line' }],
    ]);
  });

  it('bounds the length of a line and the lines of a second', async () => {
    const { console, clock, seen, source } = make();
    console.say(`${'x'.repeat(5_000)}\r\n`);
    expect(seen()).to.deep.equal([['console.line', { line: 'x'.repeat(1_024), truncated: true }]]);
    for (let line = 0; line < 3_000; line++) console.say(`line ${String(line)}\r\n`);
    await clock.advance(2_000);
    const lines = seen().filter(([type]) => type === 'console.line').length;
    const dropped = seen().filter(([type]) => type === 'console.dropped');
    expect(lines).to.equal(1_000);
    expect(dropped).to.deep.equal([['console.dropped', { lines: 2_001 }]]);
    console.say('again\r\n');
    expect(seen().at(-1)).to.deep.equal(['console.line', { line: 'again' }]);
    source.stop();
    console.say('after the end\r\n');
    expect(seen().at(-1)).to.deep.equal(['console.line', { line: 'again' }]);
    expect(clock.pending).to.equal(0);
  });

  it('gives ids that no other run repeats, and the frame of the port', () => {
    const first = make(1);
    const second = make(2);
    for (const { console } of [first, second]) console.say('a\r\nb\r\n');
    const ids = [...first.events, ...second.events].map(({ id }) => id);
    expect(new Set(ids).size).to.equal(4);
    expect(ids[0]).to.match(/^n1:1\/1:[0-9a-f]{8}:1$/);
    expect(first.events[0]).to.deep.include({ node: 'n1', port: { name: '1/1', id: 'n1:1/1' }, authenticated: true });
  });
});
