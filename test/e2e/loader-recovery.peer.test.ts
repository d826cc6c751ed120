/** A device with no firmware left stands at its boot loader; a rule brings it back over the console alone. */
import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { DEVICE_PEERS } from '../peers/device/build.js';
import { ConsoleProbe } from '../peers/device/console-probe.js';
import { requirePeer } from '../support/peers.js';
import { withBed } from './support/with-bed.js';

const RULE = {
  name: 'no-firmware',
  on: 'console.state',
  ports: { driver: 'linux' },
  conditions: { all: [{ fact: 'event', path: '$.data.state', operator: 'equal', value: 'loader' }] },
  throttle: { every: '1h', per: 'port' },
  actions: [{ alarm: { message: '{{port}} stands at its boot loader' } }, { pushOs: { version: 'candidate' } }],
};
/** From power on to the first job event: two failed slots and a prompt that stands. */
const FIRED_LIMIT_MS = 60_000;
const BOOT_LIMIT_MS = 60_000;

describe('a real device without firmware', function () {
  this.timeout(300_000);

  it('is brought back by a rule and YMODEM through its boot loader, and stays', async function () {
    requirePeer.call(this, ...DEVICE_PEERS);
    // This U-Boot takes 128-byte blocks twice as fast as 1024-byte ones: it polls its serial line.
    await withBed({ rules: [RULE], settings: { xmodem1k: false }, powered: false }, async (bed) => {
      const { device, build } = bed;
      const image = build.images['2.1.0'];
      await device.corruptSlots();
      const node = await bed.serve();
      await bed.storeCandidate('2.1.0');
      await device.powerOn();
      const isPush = ({ data }: { data: Readonly<Record<string, unknown>> }): boolean => data['action'] === 'pushOs';
      const { data } = await bed.api.event({ type: 'job.*' }, isPush, FIRED_LIMIT_MS);
      const job = await bed.ended(String(data['job']));
      expect(job.verdict, job.sentence).to.equal('succeeded');
      expect(job.cause).to.include({ kind: 'rule', name: RULE.name });
      // U-Boot had fallen back to the second slot before it gave up.
      expect(job.sentence).to.include('2.1.0 from slot 2');
      expect(job.attempts.map(({ method, outcome, bytes }) => ({ method, outcome, bytes }))).to.deep.equal([
        { method: 'ymodem', outcome: 'succeeded', bytes: image.sizeBytes },
      ]);

      const entries = await bed.api.transcript(job.id);
      const said = (wanted: string): string =>
        entries
          .filter(({ direction }) => direction === wanted)
          .map(({ text }) => text)
          .join('');
      const sum = crc32(await readFile(image.path))
        .toString(16)
        .padStart(8, '0');
      expect(said('in').match(new RegExp(`==> ${sum}`, 'g')), 'in memory, before the write, read back').to.have.length(
        3,
      );
      expect(said('in')).to.include(`${String(image.sizeBytes)} bytes written`);
      expect(said('out').match(/load[xy] \S+/g), 'the length is told: no 0x1A at the end is lost').to.deep.equal([
        'loady 0x44000000',
      ]);
      expect(said('out').match(/fatwrite/g)).to.have.length(1);
      expect(said('out').match(/reset\r/g)).to.have.length(1);

      expect(await node.terminate()).to.equal(0);
      await device.powerOff();
      expect(await device.readSlot(2)).to.equal(image.sha256);
      await device.powerOn();
      const address = device.consoleAddress;
      if (address.type !== 'tcp') throw new Error('expected a TCP console');
      const terminal = await ConsoleProbe.open(address.host, address.port);
      await terminal.expect(/EdgeOS-Lab 2\.1\.0 slot=2 [^]*edge1 login: $/, BOOT_LIMIT_MS);
      terminal.close();
    });
  });
});
