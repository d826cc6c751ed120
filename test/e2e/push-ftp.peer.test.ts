/** An OS push by FTP to a real device: its own ftpget fetches from the node, under a login for this one transfer. */
import { expect } from 'chai';
import { DEVICE_PEERS } from '../peers/device/build.js';
import { requirePeer } from '../support/peers.js';
import { withBed } from './support/with-bed.js';

describe('push os on a real device, by FTP', function () {
  this.timeout(300_000);

  it('delivers the image, and shows the password nowhere', async function () {
    requirePeer.call(this, ...DEVICE_PEERS);
    await withBed({ settings: { osPushMethod: 'ftp', forceReboot: false } }, async (bed) => {
      const image = bed.build.images['2.0.0'];
      const node = await bed.serve();
      await bed.storeCandidate('2.0.0');
      const { code, out, err } = await bed.command('push', 'os', '1/1', 'candidate');
      expect(code, `${out}\n${err}`).to.equal(0);
      expect(out).to.include('FTP download of');

      const [job] = await bed.api.jobs();
      const { attempts, verdict } = await bed.api.job(job?.id ?? '');
      // That the staged image boots is shown with TFTP.
      expect(verdict).to.equal('staged');
      expect(attempts.map(({ method, outcome, bytes }) => ({ method, outcome, bytes }))).to.deep.equal([
        { method: 'ftp', outcome: 'succeeded', bytes: image.sizeBytes },
      ]);
      const said = await bed.api.console('1/1');
      expect(said, 'the device hashed what it got').to.include(`${image.sha256}  /tmp/`);
      expect(said).to.match(/ftpget -P \d+ -u pw[0-9a-f]{8} -p ••• /);
      expect(said).not.to.match(/-p [0-9a-f]{16}/);
      expect(await node.terminate()).to.equal(0);
    });
  });
});
