import { expect } from 'chai';
import { PortwrightError } from '../../../core/errors/index.js';
import { buildApi } from '../../../server/http/api.js';
import { listenApi, listenHint } from '../../../server/http/listen.js';
import { fakeServices } from '../../support/fake-services.js';
import { silentLog } from '../../support/silent-log.js';

describe('listenApi', () => {
  const options = { token: 'a'.repeat(64), host: '127.0.0.1', log: silentLog, version: '0.1.0' };

  it('tells the port that it got, and answers without a token on /healthz', async () => {
    const api = await buildApi(fakeServices(), options);
    const { port } = await listenApi(api, { host: '127.0.0.1', port: 0 });
    expect(port).to.be.greaterThan(0);
    const answer = await fetch(`http://127.0.0.1:${String(port)}/healthz`);
    expect(await answer.json()).to.deep.equal({ status: 'ok' });
    await api.close();
  });

  it('names address, reason and what to do where it cannot', async () => {
    const first = await buildApi(fakeServices(), options);
    const address = await listenApi(first, { host: '127.0.0.1', port: 0 });
    const second = await buildApi(fakeServices(), options);
    const error: unknown = await listenApi(second, address).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(PortwrightError);
    expect(error).to.include({
      code: 'LISTEN_REFUSED',
      message: `the HTTP API cannot listen on 127.0.0.1:${String(address.port)}: EADDRINUSE`,
      next: `Another program has port ${String(address.port)}: stop it, or set another port (0 takes a free one).`,
    });
    await Promise.all([first.close(), second.close()]);
  });

  it('lets a request in progress finish when it stops', async () => {
    const services = fakeServices();
    const api = await buildApi(services, options);
    const { port } = await listenApi(api, { host: '127.0.0.1', port: 0 });
    let answer: (images: readonly []) => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      services.images.list = () => {
        resolve();
        return new Promise((done) => (answer = done));
      };
    });
    const url = `http://127.0.0.1:${String(port)}/api/v1/ports/1%2F1/directory`;
    const reply = fetch(url, { headers: { authorization: `Bearer ${options.token}` } });
    await asked;
    const closed = api.close();
    answer([]);
    expect(await (await reply).json()).to.deep.equal({ port: 'aus-1:1/1', files: [] });
    await closed;
  });

  it('names the capability and the systemd line for low ports', () => {
    const hint = listenHint('EACCES', { host: '0.0.0.0', port: 80 });
    expect(hint).to.include('AmbientCapabilities=CAP_NET_BIND_SERVICE').and.include('8080');
  });
});
