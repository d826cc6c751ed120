import { expect } from 'chai';
import { Terminal } from '../../lab/terminal.js';

describe('lab terminal', () => {
  let output = '';
  let terminal: Terminal;
  const type = (text: string): void => terminal.feed(Buffer.from(text, 'latin1'));

  beforeEach(() => {
    output = '';
    terminal = new Terminal((bytes) => {
      output += Buffer.from(bytes).toString('latin1');
    });
  });

  it('echoes, edits, and takes CR, LF and CR LF as one end each', async () => {
    type('shoq\x7fw\r\nver\nx\x15y\r');
    expect([await terminal.readLine(), await terminal.readLine(), await terminal.readLine()]).to.deep.equal([
      'show',
      'ver',
      'y',
    ]);
    expect(output).to.equal('shoq\b \bw\r\nver\r\nx\b \by\r\n');
  });

  it('shows nothing of a secret', async () => {
    type('lab\x08bpass\r');
    expect(await terminal.readLine(false)).to.equal('labpass');
    expect(output).to.equal('\r\n');
  });

  it('reads one key without RETURN and leaves what follows', async () => {
    type('yexit\r');
    expect(await terminal.readKey()).to.equal('y');
    expect(await terminal.readLine()).to.equal('exit');
  });

  it('stops at --More--: space gives a page, RETURN a line, q ends', async () => {
    terminal.pageLines = 4;
    const lines = Array.from({ length: 20 }, (_value, index) => `line ${index}`);
    type(' \rq');
    await terminal.page(lines);
    const shown = output.split(/\r\n/).filter((line) => line.includes('line'));
    expect(shown).to.have.length(7);
    expect(output.split(' --More-- ')).to.have.length(4);
  });

  it('puts a log line on a line of its own and does not repeat the prompt', () => {
    terminal.print('Router#');
    terminal.log('%SYS-5-RESTART: System restarted --');
    terminal.log('%LINK-3-UPDOWN: up');
    expect(output).to.equal('Router#\r\n%SYS-5-RESTART: System restarted --\r\n%LINK-3-UPDOWN: up\r\n');
  });

  it('keeps log lines out of a transfer and says them after it', () => {
    const got: number[] = [];
    const release = terminal.takeOver((bytes) => got.push(...bytes));
    type('\x01\x0d\x1a');
    terminal.log('%SYS-3-CPUHOG');
    expect([got, output]).to.deep.equal([[0x01, 0x0d, 0x1a], '']);
    release();
    expect(output).to.equal('%SYS-3-CPUHOG\r\n');
  });

  it('tells and loses what is typed while nobody reads', async () => {
    const typed: string[] = [];
    terminal.deafen((text) => typed.push(text));
    type('\r');
    terminal.deafen(undefined);
    type('dir\r');
    expect(await terminal.readLine()).to.equal('dir');
    expect(typed).to.deep.equal(['\r']);
  });

  it('rejects what waits when the power goes, and is silent from then on', async () => {
    const reading = terminal.readLine();
    const reason = new Error('power');
    terminal.cut(reason);
    terminal.print('ghost');
    expect(await reading.catch((error: unknown) => error)).to.equal(reason);
    expect(await terminal.readKey().catch((error: unknown) => error)).to.equal(reason);
    expect(output).to.equal('');
  });
});
