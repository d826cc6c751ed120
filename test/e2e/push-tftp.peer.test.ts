/** An OS push by TFTP to a real device: U-Boot and Linux with two slots, over its serial console. */
import { expect } from 'chai';
import { DEVICE_PEERS, FACTORY_VERSION, SERIAL_NUMBER } from '../peers/device/build.js';
import { requirePeer } from '../support/peers.js';
import { withBed } from './support/with-bed.js';

describe('push os on a real device, by TFTP', function () {
  this.timeout(300_000);

  it('writes the slot that does not run, boots it, and proves the new version', async function () {
    requirePeer.call(this, ...DEVICE_PEERS);
    await withBed({}, async (bed) => {
      const { device, build } = bed;
      const image = build.images['2.0.0'];
      const node = await bed.serve();
      await bed.storeCandidate('2.0.0');
      const { code, out, err } = await bed.command('push', 'os', '1/1', 'candidate');
      expect(code, `${out}\n${err}`).to.equal(0);
      const [before = '', after = ''] = out.split('Issuing');
      expect(before).to.include(`OS Version : ${FACTORY_VERSION}`).and.include(`Serial Number: ${SERIAL_NUMBER}`);
      expect(after).to.include('OS Version : 2.0.0').and.include(`Serial Number: ${SERIAL_NUMBER}`);
      expect(after.trimEnd().endsWith('Push OS succeeded.')).to.equal(true);

      const [job] = await bed.api.jobs();
      const { attempts, verdict, sentence } = await bed.api.job(job?.id ?? '');
      expect(verdict).to.equal('succeeded');
      expect(sentence).to.include('2.0.0 from slot 2');
      expect(attempts.map(({ method, outcome, bytes }) => ({ method, outcome, bytes }))).to.deep.equal([
        { method: 'tftp', outcome: 'succeeded', bytes: image.sizeBytes },
      ]);
      const said = await bed.api.console('1/1');
      expect(said, 'the device hashed what it got').to.include(`${image.sha256}  /tmp/`);
      expect(said.match(/Requesting system reboot/g)).to.have.length(1);
      const directory = await bed.command('show', 'directory', '1/1');
      expect(directory.out)
        .to.match(/current.*edgeos-2\.0\.0\.img/)
        .and.not.match(/candidate/);

      expect(await node.terminate()).to.equal(0);
      await device.powerOff();
      expect(await device.readSlot(1)).to.equal(build.images[FACTORY_VERSION].sha256);
      expect(await device.readSlot(2)).to.equal(image.sha256);
      expect(await device.readNextSlot()).to.equal('2');
    });
  });
});
