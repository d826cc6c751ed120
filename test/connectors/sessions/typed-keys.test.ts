import { expect } from 'chai';
import { TypedKeys } from '../../../connectors/sessions/typed-keys.js';

/** Each key by itself, as a person types; the device echoes it where it echoes. */
function type(keys: TypedKeys, text: string, echoes = true): string[] {
  const lines: string[] = [];
  for (const key of text) {
    lines.push(...keys.typed(key));
    if (echoes) keys.heard(key === '\r' ? '\r\n' : key);
  }
  return lines;
}

describe('TypedKeys', () => {
  it('keeps keys until their line ends', () => {
    const keys = new TypedKeys();
    keys.heard('Router#');
    expect(type(keys, 'show version\rshow')).to.deep.equal(['show version\r']);
    expect(keys.rest()).to.deep.equal(['show']);
    expect(keys.rest()).to.deep.equal([]);
  });

  for (const question of [
    'Password: ',
    'password:',
    "admin@10.0.0.1's password: ",
    'Enter passphrase for key /root/.ssh/id_ed25519: ',
    'Enter enable secret: ',
    'Re-enter PIN: ',
    'New password (again) > ',
  ]) {
    it(`hides what is typed at ${JSON.stringify(question)}`, () => {
      const keys = new TypedKeys();
      keys.heard(`Router>enable\r\n${question}`);
      expect(type(keys, 'hunter2\r', false)).to.deep.equal(['•••']);
      keys.heard('\r\nRouter#');
      expect(type(keys, 'show clock\r')).to.deep.equal(['show clock\r']);
    });
  }

  it('shows what is typed where a password was only talked about', () => {
    const keys = new TypedKeys();
    keys.heard('% Bad passwords\r\nService password-encryption is on: yes\r\nRouter>');
    expect(type(keys, 'enable\r')).to.deep.equal(['enable\r']);
  });

  it('hides both lines where a device asks twice', () => {
    const keys = new TypedKeys();
    keys.heard('New password: ');
    expect(type(keys, 'one\r', false)).to.deep.equal(['•••']);
    keys.heard('\r\nRetype new password: ');
    expect(type(keys, 'one\r', false)).to.deep.equal(['•••']);
  });

  it('writes an endless line in pieces', () => {
    const keys = new TypedKeys();
    expect(keys.typed('x'.repeat(10_000)).map((line) => line.length)).to.deep.equal([4096, 4096]);
  });
});
