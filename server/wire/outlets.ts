/** Ways out of the node: NATS, the mail server, and messages of rules. */
import { resolve } from 'node:path';
import type { NatsCarrier } from '../../connectors/bus/nats-carrier.js';
import { SiteOutlets } from '../../connectors/outlets/site-outlets.js';
import type { Site } from '../site/site.js';
import type { Foundation } from './foundation.js';

/** Where messages of rules go. The mail server is that of the site as it is now; NATS is that of the start. */
export function outletsOf(
  node: string,
  email: () => Site['email'],
  { secrets }: Foundation,
  carrier: NatsCarrier | undefined,
): SiteOutlets {
  return new SiteOutlets({
    node,
    mailServer: () => {
      const server = email();
      if (server === undefined) return undefined;
      const { smtp, from, credentials } = server;
      return { url: smtp, from, ...(credentials === undefined ? {} : secrets.credentials(credentials)) };
    },
    ...(carrier === undefined ? {} : { publish: (message, sending) => carrier.send(message, sending) }),
  });
}

/** The NATS client is loaded only where NATS is configured. */
export async function natsCarrier({ node, nats, folder }: Site, base: Foundation): Promise<NatsCarrier | undefined> {
  if (nats === undefined) return undefined;
  const { clock, random, log, bus, stores } = base;
  const carrier = await import('../../connectors/bus/nats-carrier.js');
  return new carrier.NatsCarrier({
    ...{ node, clock, random, log, bus, events: stores.events, variables: stores.variables },
    servers: nats.servers,
    ...(nats.credentials === undefined
      ? {}
      : { credentialsFile: resolve(folder, nats.credentials.replace(/^file:/, '')) }),
  });
}
