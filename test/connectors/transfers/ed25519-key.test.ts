import { expect } from 'chai';
import ssh2 from 'ssh2';
import { newEd25519Key } from '../../../connectors/transfers/ed25519-key.js';

const KEYS = 3000;

describe('newEd25519Key', () => {
  // The library alone makes some twelve of so many that it cannot read.
  it(`makes ${String(KEYS)} pairs that can all be read`, function () {
    this.timeout(30_000);
    for (let made = 0; made < KEYS; made++) {
      const pair = newEd25519Key();
      expect(ssh2.utils.parseKey(pair.private), pair.private).not.to.be.instanceOf(Error);
      expect(ssh2.utils.parseKey(pair.public), pair.public).not.to.be.instanceOf(Error);
    }
  });
});
