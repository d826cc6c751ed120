/** An OS push by HTTP to a real device: its own wget fetches from the node, over its serial console. */
import { expect } from 'chai';
import { DEVICE_PEERS } from '../peers/device/build.js';
import { requirePeer } from '../support/peers.js';
import { withBed } from './support/with-bed.js';

describe('push os on a real device, by HTTP', function () {
  this.timeout(300_000);

  it('stages the image bit for bit', async function () {
    requirePeer.call(this, ...DEVICE_PEERS);
    await withBed({ settings: { osPushMethod: 'http' } }, async (bed) => {
      const image = bed.build.images['2.0.0'];
      await bed.serve();
      await bed.storeCandidate('2.0.0');
      const { code, out, err } = await bed.command('push', 'os', '1/1', 'candidate', '--stage-only');
      expect(code, `${out}\n${err}`).to.equal(0);
      const [job] = await bed.api.jobs();
      const { attempts, verdict } = await bed.api.job(job?.id ?? '');
      expect(verdict).to.equal('staged');
      expect(attempts.map(({ method, outcome, bytes }) => ({ method, outcome, bytes }))).to.deep.equal([
        { method: 'http', outcome: 'succeeded', bytes: image.sizeBytes },
      ]);
      const said = await bed.api.console('1/1');
      expect(said).to.match(/wget -q -O \/tmp\/\S+ http:\/\/10\.0\.2\.2:\d+\/[0-9a-f]{16}\/edgeos-2\.0\.0\.img/);
      expect(said, 'the device hashed what it got').to.include(`${image.sha256}  /tmp/`);
    });
  });
});
