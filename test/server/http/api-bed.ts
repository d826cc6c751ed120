/** The API on in-memory services, made anew for each test. */
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { buildApi } from '../../../server/http/api.js';
import type { Api } from '../../../server/http/api.js';
import { fakeServices } from '../../support/fake-services.js';
import type { FakeServices } from '../../support/fake-services.js';
import { silentLog } from '../../support/silent-log.js';

export const TOKEN = 'f'.repeat(64);
export const HOST = 'localhost:7373';
export const HEADERS = { host: HOST, authorization: `Bearer ${TOKEN}` };

export interface RouteSeen {
  readonly method: string | readonly string[];
  readonly url: string;
}

export class ApiBed {
  services: FakeServices = fakeServices();
  routes: RouteSeen[] = [];
  #api: Api | undefined;

  get api(): Api {
    if (this.#api === undefined) throw new Error('not opened');
    return this.#api;
  }

  async open(): Promise<void> {
    this.services = fakeServices();
    this.routes = [];
    const onRoute = (route: RouteSeen) => this.routes.push(route);
    const options = { token: TOKEN, host: '127.0.0.1', log: silentLog, version: '0.1.0', onRoute };
    this.#api = await buildApi(this.services, options);
  }

  close = (): Promise<void> => this.api.close().then(() => undefined);

  call = (options: InjectOptions): Promise<LightMyRequestResponse> =>
    this.api.inject({ ...options, headers: { ...HEADERS, ...options.headers } });
  get = (url: string): Promise<LightMyRequestResponse> => this.call({ method: 'GET', url });
  post = (url: string, payload?: object, headers = {}): Promise<LightMyRequestResponse> =>
    this.call({ method: 'POST', url, headers, ...(payload === undefined ? {} : { payload }) });
}
