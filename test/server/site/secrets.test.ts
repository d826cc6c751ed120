import { expect } from 'chai';
import fc from 'fast-check';
import { SiteSecrets } from '../../../server/site/secrets.js';
import { withSite } from './site-folder.js';

const secretsOf = (values: Record<string, string>): SiteSecrets => {
  const secrets = new SiteSecrets({ folder: '/', env: values });
  const references = Object.fromEntries(Object.keys(values).map((name) => [name, { password: `env:${name}` }]));
  secrets.use(references);
  return secrets;
};

describe('SiteSecrets', () => {
  it('reads references when they are needed', async () => {
    await withSite({ 'pw.txt': 'from-file\n' }, (folder) => {
      const env: Record<string, string> = { ENABLE: 'from-env' };
      const secrets = new SiteSecrets({ folder, env });
      secrets.use({ lab: { username: 'admin', password: 'file:pw.txt', enable: 'env:ENABLE' } });
      expect(secrets.credentials('lab')).to.deep.equal({
        username: 'admin',
        password: 'from-file',
        enable: 'from-env',
      });
      env['ENABLE'] = 'changed';
      expect(secrets.credentials('lab').enable).to.equal('changed');
      expect(secrets.mask('from-env and changed')).to.equal('••• and •••');
      return Promise.resolve();
    });
  });

  it('names what is missing and never a value', () => {
    const secrets = new SiteSecrets({ folder: '/', env: {} });
    secrets.use({ lab: { password: 'env:GONE' } });
    expect(() => secrets.credentials('lab')).to.throw('secret lab is not there: env:GONE');
    expect(() => secrets.credentials('other')).to.throw('secret other is not there');
  });

  it('masks before the first login, but no user names and nothing short', () => {
    const secrets = new SiteSecrets({ folder: '/', env: { A: 'correct-horse', B: 'abc' } });
    secrets.use({ x: { username: 'admin', password: 'env:A' }, y: { password: 'env:B' } });
    expect(secrets.mask('admin typed correct-horse, abc')).to.equal('admin typed •••, abc');
  });

  it('hides a one-time value for as long as it lives, and what was known for ever', () => {
    const secrets = new SiteSecrets({ folder: '/', env: {} });
    secrets.use({ lab: { password: 'hunter2hunter2' } });
    const show = secrets.hide('one-time-1');
    const other = secrets.hide('hunter2hunter2');
    expect(secrets.mask('one-time-1 hunter2hunter2')).to.equal('••• •••');
    show();
    show();
    other();
    expect(secrets.mask('one-time-1 hunter2hunter2')).to.equal('one-time-1 •••');
    secrets.hide('abc');
    expect(secrets.mask('abc')).to.equal('abc');
  });

  it('masks a many-line key line by line', () => {
    const secrets = secretsOf({ KEY: '-----BEGIN KEY-----\nMIIBOgIBAAJBAKj34\n-----END KEY-----' });
    expect(secrets.mask('saw MIIBOgIBAAJBAKj34 here')).to.equal('saw ••• here');
  });

  it('leaves no trace in plain, JSON, URL and base64 forms, wherever it stands', () => {
    const around = fc.string({ maxLength: 9, unit: 'binary-ascii' });
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 40 }), around, around, (value, before, after) => {
        fc.pre(value.trim().length > 6 && value !== '\u2022');
        const secrets = secretsOf({ S: value });
        expect(secrets.mask(before + value + after)).to.not.include(value);
        expect(secrets.mask(JSON.stringify({ key: value }))).to.not.include(JSON.stringify(value).slice(1, -1));
        expect(secrets.mask(encodeURIComponent(value))).to.not.include(encodeURIComponent(value));
        for (const alphabet of ['base64', 'base64url'] as const) {
          const masked = secrets.mask(Buffer.from(before + value + after).toString(alphabet));
          const decoded = masked.split('•••').map((part) => Buffer.from(part, alphabet).toString());
          expect(decoded.join('|')).to.not.include(value);
        }
      }),
    );
  });
});
