import { expect } from 'chai';
import fc from 'fast-check';
import { CONTROL } from '../../../protocols/telnet/com-port.js';
import { TelnetSession } from '../../../protocols/telnet/index.js';
import type { TelnetOutput } from '../../../protocols/telnet/index.js';
import {
  BINARY,
  BRK,
  bytes,
  COM_PORT,
  comPort,
  DO,
  DONT,
  ECHO,
  IAC,
  NAWS,
  SB,
  SE,
  SGA,
  TTYPE,
  WILL,
  WONT,
} from './telnet-peer.js';

class Bench {
  readonly session: TelnetSession;
  nowMs = 0;
  constructor(baudRate?: number) {
    this.session = new TelnetSession(baudRate === undefined ? {} : { baudRate });
  }

  /** The far end says this; returns what comes of it. */
  hears(...chunks: readonly Uint8Array[]): readonly TelnetOutput[] {
    return chunks.flatMap((chunk) => [...this.session.handle({ kind: 'received', bytes: chunk }, this.nowMs)]);
  }

  later(ms: number): readonly TelnetOutput[] {
    this.nowMs += ms;
    return this.session.handle({ kind: 'time' }, this.nowMs);
  }

  /** Ready, with or without control of the serial line. */
  settle(controls: boolean): readonly TelnetOutput[] {
    this.session.handle({ kind: 'start' }, this.nowMs);
    return this.hears(
      bytes(IAC, controls ? DO : DONT, COM_PORT, IAC, DO, BINARY, IAC, WILL, BINARY, IAC, DO, SGA, IAC, WILL, SGA),
    );
  }

  /** Ready with control of a serial line that stays at 9600. */
  control(): readonly TelnetOutput[] {
    this.settle(true);
    return this.hears(comPort(101, 0, 0, 0x25, 0x80));
  }
}

const sent = (outputs: readonly TelnetOutput[]): number[] =>
  outputs.flatMap((output) => (output.kind === 'transmit' ? [...output.bytes] : []));
const kinds = (outputs: readonly TelnetOutput[]): string[] => outputs.map(({ kind }) => kind);
const text = (outputs: readonly TelnetOutput[]): string =>
  outputs.map((output) => (output.kind === 'data' ? String.fromCharCode(...output.bytes) : '')).join('');

describe('TelnetSession', () => {
  it('asks for what it wants, refuses what it does not know, and answers no answer', () => {
    const bench = new Bench();
    const asked = sent(bench.session.handle({ kind: 'start' }, 0));
    expect(asked).to.deep.equal([
      ...[IAC, WILL, COM_PORT, IAC, WILL, BINARY, IAC, DO, BINARY, IAC, WILL, SGA, IAC, DO, SGA],
    ]);
    const answers = bench.hears(bytes(IAC, DO, NAWS, IAC, WILL, ECHO, IAC, DO, SGA, IAC, WILL, 5, IAC, DO, NAWS));
    expect(sent(answers)).to.deep.equal([IAC, WONT, NAWS, IAC, DO, ECHO, IAC, DONT, 5, IAC, WONT, NAWS]);
    expect(kinds(bench.hears(bytes(IAC, DONT, COM_PORT, IAC, DONT, BINARY, IAC, WONT, BINARY)))).to.deep.equal([
      'ready',
    ]);
  });

  it('is ready without answers after a while, and takes late ones', () => {
    const bench = new Bench(9600);
    bench.session.handle({ kind: 'start' }, 0);
    expect(text(bench.hears(bytes('Router>')))).to.equal('Router>');
    expect(bench.later(1_999)).to.deep.equal([]);
    expect(bench.later(1)).to.deep.equal([{ kind: 'ready', comPort: false }]);
    expect(bench.session.nextDeadlineMs()).to.equal(undefined);
    expect(bench.hears(bytes(IAC, WILL, BINARY, '\r\0'))).to.deep.equal([{ kind: 'data', bytes: bytes('\r\0') }]);
  });

  it('sends a CR as CR NUL until binary is agreed, and 255 doubled always', () => {
    const bench = new Bench();
    bench.session.handle({ kind: 'start' }, 0);
    const send = (): number[] => sent(bench.session.handle({ kind: 'send', bytes: bytes('a\r\n\r', 255) }, 0));
    expect(send()).to.deep.equal([...bytes('a\r\n\r\0', 255, 255)]);
    bench.hears(bytes(IAC, DO, BINARY));
    expect(send()).to.deep.equal([...bytes('a\r\n\r', 255, 255)]);
  });

  it('turns binary off in the middle of a chunk', () => {
    const bench = new Bench();
    bench.settle(false);
    expect(text(bench.hears(bytes('\r\0', IAC, WONT, BINARY, '\r\0')))).to.equal('\r\0\r');
  });

  it('tells its terminal type when asked', () => {
    const bench = new Bench();
    bench.settle(false);
    expect(sent(bench.hears(bytes(IAC, DO, TTYPE)))).to.deep.equal([IAC, WILL, TTYPE]);
    const told = sent(bench.hears(bytes(IAC, SB, TTYPE, 1, IAC, SE)));
    expect(told).to.deep.equal([...bytes(IAC, SB, TTYPE, 0, 'VT100', IAC, SE)]);
  });

  it('sets the serial line to 8N1 at its rate before it is ready', () => {
    const bench = new Bench(115_200);
    const first = bench.settle(true);
    expect(sent(first)).to.deep.equal([
      ...comPort(5, 1),
      ...comPort(10, 0b0001_1110),
      ...comPort(11, 0xff, 0xff).subarray(0, 5),
      0xff,
      ...bytes(IAC, SE),
      ...comPort(1, 0, 1, 0xc2, 0),
    ]);
    expect(sent(bench.hears(comPort(101, 0, 1, 0xc2, 0)))).to.deep.equal([...comPort(2, 8)]);
    expect(sent(bench.hears(comPort(102, 8)))).to.deep.equal([...comPort(3, 1)]);
    expect(sent(bench.hears(comPort(103, 1)))).to.deep.equal([...comPort(4, 1)]);
    expect(bench.hears(comPort(104, 1))).to.deep.equal([{ kind: 'ready', comPort: true }]);
  });

  it('fails where the line has another rate, or no answer comes', () => {
    const refused = new Bench(115_200);
    refused.settle(true);
    expect(refused.hears(comPort(101, 0, 0, 0x25, 0x80))).to.deep.include({
      kind: 'failed',
      code: 'CONSOLE_SETTING_REFUSED',
      reason: 'baudRate: wanted 115200, got 9600',
    });
    expect(refused.hears(bytes('more'))).to.deep.equal([]);
    const silent = new Bench(9_600);
    silent.settle(true);
    expect(silent.later(5_000)).to.deep.include({
      kind: 'failed',
      code: 'CONSOLE_SETTING_REFUSED',
      reason: 'no answer to baudRate 9600',
    });
  });

  it('asks for the rate of a line that it does not set', () => {
    const bench = new Bench();
    expect(sent(bench.settle(true)).slice(-10)).to.deep.equal([...comPort(1, 0, 0, 0, 0)]);
    expect(bench.hears(comPort(101, 0, 0, 0x25, 0x80))).to.deep.equal([{ kind: 'ready', comPort: true }]);
    expect(bench.session.baudRate).to.equal(9_600);
    const silent = new Bench();
    silent.settle(true);
    expect(silent.later(5_000)).to.deep.equal([{ kind: 'ready', comPort: true }]);
  });

  it('changes the rate, one question at a time', () => {
    const bench = new Bench();
    bench.control();
    const ask = (id: number, value: number): readonly TelnetOutput[] =>
      bench.session.handle({ kind: 'request', id, request: { kind: 'baudRate', value } }, bench.nowMs);
    expect(sent(ask(1, 9_600))).to.deep.equal([...comPort(1, 0, 0, 0x25, 0x80)]);
    expect(ask(2, 19_200)).to.deep.equal([]);
    const answered = bench.hears(comPort(101, 0, 0, 0x25, 0x80));
    expect(answered[0]).to.deep.equal({ kind: 'done', id: 1, result: { kind: 'answered', value: 9_600 } });
    expect(sent(answered)).to.deep.equal([...comPort(1, 0, 0, 0x4b, 0)]);
    expect(bench.later(5_000)).to.deep.equal([{ kind: 'done', id: 2, result: { kind: 'silent' } }]);
  });

  it('holds a break for its length, or presses the break key where there is no control', () => {
    const bench = new Bench();
    bench.control();
    const begun = bench.session.handle({ kind: 'break', id: 7, durationMs: 300 }, 0);
    expect(sent(begun)).to.deep.equal([...comPort(5, CONTROL.breakOn)]);
    expect(bench.hears(comPort(105, CONTROL.breakOn))).to.deep.equal([]);
    expect(bench.session.nextDeadlineMs()).to.equal(300);
    expect(sent(bench.later(300))).to.deep.equal([...comPort(5, CONTROL.breakOff)]);
    expect(bench.hears(comPort(105, CONTROL.breakOff))).to.deep.equal([
      { kind: 'done', id: 7, result: { kind: 'answered', value: CONTROL.breakOff } },
    ]);
    const plain = new Bench();
    plain.settle(false);
    const pressed = plain.session.handle({ kind: 'break', id: 1, durationMs: 300 }, 0);
    expect(sent(pressed)).to.deep.equal([IAC, BRK]);
    expect(kinds(pressed)).to.deep.equal(['transmit', 'done']);
  });

  it('tells modem lines and line errors by their bits, and its signature when asked', () => {
    const bench = new Bench();
    bench.control();
    expect(bench.hears(comPort(107, 0b1011_0001))).to.deep.equal([
      { kind: 'modemState', state: { carrier: true, ring: false, dataSetReady: true, clearToSend: true } },
    ]);
    expect(bench.hears(comPort(106, 0b0001_0010))).to.deep.equal([
      { kind: 'lineState', state: { breakDetected: true, framingError: false, parityError: false, overrun: true } },
    ]);
    expect(sent(bench.hears(comPort(100)))).to.deep.equal([...bytes(IAC, SB, COM_PORT, 0, 'portwright', IAC, SE)]);
    expect(
      bench.hears(bytes(IAC, SB, COM_PORT, 100, 'ser2net', IAC, SE), comPort(101), comPort(199, 1), comPort()),
    ).to.deep.equal([]);
  });

  it('stops sending while the server says so, and gives up on one that never lets go', () => {
    const bench = new Bench();
    bench.control();
    expect(bench.hears(comPort(108))).to.deep.equal([{ kind: 'suspended', suspended: true }]);
    bench.later(30_000);
    expect(bench.hears(comPort(109))).to.deep.equal([{ kind: 'suspended', suspended: false }]);
    expect(bench.session.nextDeadlineMs()).to.equal(undefined);
    bench.hears(comPort(108));
    expect(bench.later(60_000)).to.deep.include({
      kind: 'failed',
      code: 'CONSOLE_PROTOCOL_FAULT',
      reason: 'it held our data back for 60 s',
    });
  });

  it('ends with a code on questions without end and on a subnegotiation without end', () => {
    const flood = new Bench();
    flood.settle(false);
    const outputs = flood.hears(...Array.from({ length: 1_000 }, () => bytes(IAC, DO, NAWS, IAC, WILL, 200)));
    expect(sent(outputs).length).to.be.at.most(3 * 200);
    expect(outputs.at(-1)).to.include({ kind: 'failed', code: 'CONSOLE_PROTOCOL_FAULT' });
    const endless = new Bench();
    endless.control();
    const tooLong = endless.hears(bytes(IAC, SB, COM_PORT), new Uint8Array(100_000));
    expect(tooLong.at(-1)).to.include({ kind: 'failed', code: 'CONSOLE_PROTOCOL_FAULT' });
  });

  it('allows a login that toggles echo for years', () => {
    const bench = new Bench();
    bench.settle(false);
    for (let i = 0; i < 2_000; i++) {
      bench.nowMs += 3_600_000;
      expect(kinds(bench.hears(bytes(IAC, WILL, ECHO, IAC, WONT, ECHO)))).to.deep.equal(['transmit', 'transmit']);
    }
  });

  it('never throws and never says more than it hears, whatever comes (property)', () => {
    const hostile = fc.array(
      fc.oneof(
        fc.constantFrom(255, 250, 240, 251, 252, 253, 254, 44, 24, 0, 101, 105, 107, 108, 109),
        fc.integer({ min: 0, max: 255 }),
      ),
      { maxLength: 2_000 },
    );
    fc.assert(
      fc.property(hostile, fc.boolean(), fc.boolean(), (stream, controls, whole) => {
        const bench = new Bench(controls ? 9_600 : undefined);
        bench.settle(controls);
        const all = Uint8Array.from(stream);
        const outputs = whole ? bench.hears(all) : bench.hears(...Array.from(all, (byte) => Uint8Array.of(byte)));
        const data = outputs.reduce((sum, output) => sum + (output.kind === 'data' ? output.bytes.length : 0), 0);
        expect(data).to.be.at.most(all.length);
        expect(sent(outputs).length).to.be.at.most(200 * 20 + all.length);
      }),
      { numRuns: 300 },
    );
  });
});
