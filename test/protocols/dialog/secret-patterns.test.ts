import { expect } from 'chai';
import { secretMask } from '../../../protocols/dialog/index.js';

describe('secretMask', () => {
  const mask = secretMask(['^enable secret(?: \\d)? (\\S+)', 'password (\\S+)']);

  it('masks the group, on every line, and nothing else', () => {
    const text = 'hostname R1\nenable secret 5 $1$abc\nuser a password p1 password p2\nend';
    expect(mask(text)).to.equal('hostname R1\nenable secret 5 •••\nuser a password ••• password •••\nend');
  });

  it('leaves text without secrets, and patterns without a match, alone', () => {
    expect(mask('show enable secret')).to.equal('show enable secret');
    expect(secretMask([])('password x')).to.equal('password x');
    expect(secretMask(['no(thing)?'])('no group')).to.equal('no group');
  });
});
