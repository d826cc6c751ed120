import { expect } from 'chai';
import { loadSite } from '../../../server/site/load-site.js';
import { MAIN, PORT, siteChecks, withSite } from './site-folder.js';

const tcp = (port: number): object => ({ type: 'tcp', host: 'ser2net', port });

describe('resolveSettings', () => {
  it('takes the nearest word for each key and tells where it stands', async () => {
    const files = {
      'portwright.json': {
        ...MAIN,
        settings: { osPushRetries: 5, rebootTimeout: '2m', xmodem1k: false },
        groups: [
          { match: { make: 'cisco' }, settings: { rebootTimeout: '5m' } },
          { match: { 'labels.site': 'austin' }, settings: { rebootTimeout: '10m', osPushRetries: 1 } },
          { match: { 'labels.site': 'boston' }, settings: { osPushRetries: 9 } },
        ],
      },
      'ports.json': [
        { ...PORT, labels: { site: 'austin' }, settings: { rebootCap: '1h', xmodem1k: true } },
        { ...PORT, port: '1/2', console: tcp(2002) },
      ],
    };
    await withSite(files, async (folder) => {
      const { site, problems } = await loadSite(folder, siteChecks());
      expect(problems).to.deep.equal([]);
      const [first, second] = site?.ports ?? [];
      expect(first?.settings).to.deep.include({
        osPushRetries: 1,
        rebootTimeoutMs: 600_000,
        rebootCapMs: 3_600_000,
        xmodem1k: true,
        attemptOrder: 'alternate',
      });
      expect(second?.settings).to.deep.include({ osPushRetries: 5, rebootTimeoutMs: 300_000, xmodem1k: false });
      expect(second?.settings).to.not.have.property('rebootCapMs');
      expect(site?.settingOrigins['aus-1:1/1']).to.deep.include({
        osPushRetries: 'portwright.json /groups/1/settings',
        rebootTimeoutMs: 'portwright.json /groups/1/settings',
        rebootCapMs: 'ports.json /0/settings',
        xmodem1k: 'ports.json /0/settings',
        attemptOrder: 'default',
      });
    });
  });
});
