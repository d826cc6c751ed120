import { expect } from 'chai';
import type { Context } from 'mocha';
import { missingPeers, requirePeer } from './peers.js';

describe('requirePeer', () => {
  const before = process.env['CI'];
  afterEach(() => {
    if (before === undefined) delete process.env['CI'];
    else process.env['CI'] = before;
  });

  /** A context that only remembers whether it was skipped. */
  const contextOf = (skipped: string[]): Context => ({ skip: () => skipped.push('skipped') }) as unknown as Context;

  it('says nothing where all are there', () => {
    const skipped: string[] = [];
    requirePeer.call(contextOf(skipped), 'sh', '/bin/sh');
    expect(skipped).to.deep.equal([]);
  });

  it('skips loudly where one is missing', () => {
    process.env['CI'] = '';
    const skipped: string[] = [];
    const said: unknown[] = [];
    const { warn } = console;
    console.warn = (text: unknown) => said.push(text);
    requirePeer.call(contextOf(skipped), 'sh', 'portwright-no-such-program');
    console.warn = warn;
    expect(skipped).to.deep.equal(['skipped']);
    expect(said).to.deep.equal(['    SKIPPED: missing peer: portwright-no-such-program (no package listed)']);
  });

  it('fails in CI, naming the program', () => {
    process.env['CI'] = 'true';
    const attempt = (): void => {
      requirePeer.call(contextOf([]), '/nowhere/at/all');
    };
    expect(attempt).to.throw('missing peer: /nowhere/at/all (no package listed)');
  });

  it('names the Debian package', () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nonexistent';
    const missing = missingPeers(['rx']);
    process.env['PATH'] = path;
    expect(missing).to.deep.equal(['rx (package lrzsz)']);
  });
});
