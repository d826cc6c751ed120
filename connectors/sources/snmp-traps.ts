/**
 * SNMP traps and informs of versions 1, 2c and 3, decoded and answered by net-snmp. The socket is ours, so that a malformed
 * message and a full queue stay our business.
 */
import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { once } from 'node:events';
import { makeEvent } from '../../core/event.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Log } from '../../core/ports/log.js';
import { listenRefused } from '../listen-refused.js';
import { RefusalLog } from '../refusal-log.js';
import type { EventListener, Listen } from './event-listener.js';
import type { Intake } from './intake.js';
import { notificationEvent } from './snmp-event.js';
import type { Notification, NotificationFrame } from './snmp-event.js';

/** A user of SNMPv3 that authenticates and encrypts (RFC 3414, RFC 3826, RFC 7860). */
export interface TrapUser {
  readonly name: string;
  readonly auth: 'sha' | 'sha256' | 'sha512';
  readonly authKey: string;
  readonly priv: 'aes' | 'aes256b';
  readonly privKey: string;
}

/** Read when the listener starts. Without communities every one is taken: none proves anything. */
export interface TrapKeys {
  readonly communities: readonly string[];
  readonly users: readonly TrapUser[];
}

export interface TrapSourceDeps extends Pick<NotificationFrame, 'node' | 'mask' | 'findPort'> {
  readonly listen: Listen;
  readonly keys: () => TrapKeys;
  /** Files of MIB modules whose names are told. */
  readonly mibs: readonly string[];
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: Log;
}

/** What of net-snmp is used; its own types leave these open. */
interface NetSnmp {
  readonly SecurityLevel: { readonly authPriv: number };
  readonly AuthProtocols: Readonly<Record<TrapUser['auth'], number>>;
  readonly PrivProtocols: Readonly<Record<TrapUser['priv'], number>>;
  createReceiver(options: object, callback: (error: Error | null, data: Received) => void): Receiver;
  createModuleStore(): ModuleStore;
}
interface Receiver {
  getAuthorizer(): { addCommunity(community: string): void; addUser(user: object): void };
}
interface ModuleStore {
  loadFromFile(file: string): void;
  translate(oid: string, format: 'module'): string;
}
interface Received {
  readonly pdu: Notification & { readonly community?: string; readonly user?: string };
  readonly rinfo: RemoteInfo;
}

/** Generic traps that say that a device was away or a link is: dropped last. */
const URGENT: readonly string[] = ['coldStart', 'warmStart', 'linkDown'];
/** Asked of the kernel, which gives at most net.core.rmem_max. */
const RECEIVE_BUFFER_BYTES = 4 << 20;
/** Shown where the port is taken or privileged. */
const OTHER_PORT = 1162;

export class TrapSource implements EventListener {
  readonly #deps: TrapSourceDeps;
  readonly #refused: RefusalLog;
  #socket: Socket | undefined;
  #modules: ModuleStore | undefined;
  /** The message that the receiver reads right now. */
  #message: { readonly bytes: Uint8Array; readonly version: NotificationFrame['version'] } | undefined;

  constructor(deps: TrapSourceDeps) {
    this.#deps = deps;
    this.#refused = new RefusalLog('snmp trap', deps);
  }

  /** Where it listens; undefined where it does not. */
  get address(): Listen | undefined {
    const bound = this.#socket?.address();
    return bound === undefined ? undefined : { host: bound.address, port: bound.port };
  }

  async start(): Promise<void> {
    const { listen, log } = this.#deps;
    const { host, port } = listen;
    const snmp = await loadNetSnmp();
    this.#modules = this.#loadModules(snmp);
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    const listening = once(socket, 'listening');
    socket.bind(port, host);
    await listening.catch((error: unknown) => {
      socket.close();
      throw listenRefused('SNMP traps', 'snmp.traps', listen, OTHER_PORT, error as Error);
    });
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
    socket.on('error', (error) => log.warn('snmp socket', { reason: error.message }));
    this.#socket = socket;
    this.#receive(snmp, socket);
    log.info('snmp traps', { address: `${host}:${String(socket.address().port)}` });
  }

  async stop(): Promise<void> {
    this.#refused.stop();
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  }

  #receive(snmp: NetSnmp, socket: Socket): void {
    const { communities, users } = this.#deps.keys();
    // Messages come after it was made.
    const learn = (community: string): void => authorizer.addCommunity(community);
    const receiver = snmp.createReceiver(
      {
        ...{ transport: 'udp4', port: 1, includeAuthentication: true, disableAuthorization: false },
        dgramModule: {
          createSocket: () => this.#asOwn(socket, communities, learn),
        },
      },
      (error, data) => this.#received(error, data),
    );
    const authorizer = receiver.getAuthorizer();
    for (const community of communities) authorizer.addCommunity(community);
    for (const { name, auth, authKey, priv, privKey } of users) {
      authorizer.addUser({
        ...{ name, level: snmp.SecurityLevel.authPriv, authKey, privKey },
        ...{ authProtocol: snmp.AuthProtocols[auth], privProtocol: snmp.PrivProtocols[priv] },
      });
    }
  }

  /** Our bound socket in the form that the receiver makes one: it binds nothing, and hears what we hand on. */
  #asOwn(socket: Socket, communities: readonly string[], learn: (community: string) => void): object {
    return {
      bind: () => undefined,
      close: () => undefined,
      send: socket.send.bind(socket),
      on: (kind: string, act: (bytes: Uint8Array, from: RemoteInfo) => void) => {
        if (kind !== 'message') return;
        socket.on('message', (bytes: Uint8Array, from) => {
          const head = headOf(bytes);
          if (head === undefined) {
            this.#refused.note(from.address, 'no SNMP message');
            return;
          }
          if (communities.length === 0 && head.community !== undefined) learn(head.community);
          this.#message = { bytes, version: head.version };
          act(bytes, from);
          this.#message = undefined;
        });
      },
    };
  }

  #received(error: Error | null, data: Received | undefined): void {
    if (error !== null || data === undefined || this.#message === undefined) {
      this.#refused.note('', error?.message ?? 'no message');
      return;
    }
    const { node, clock, mask, findPort, intake } = this.#deps;
    const { bytes, version } = this.#message;
    const address = data.rinfo.address.replace(/^::ffff:(?=\d+\.)/, '');
    const authenticated = version === 'v3' && (data.pdu.user ?? '') !== '';
    const input = notificationEvent(data.pdu, {
      ...{ node, nowMs: clock.nowMs(), address, version, authenticated, bytes, mask, findPort },
      nameOf: (oid) => this.#nameOf(oid),
    });
    const critical = authenticated || URGENT.some((name) => name === input.data['name']);
    intake.offer(`snmp ${address}`, makeEvent(input), critical);
  }

  /** A file that cannot be read names nothing; the others do. */
  #loadModules(snmp: NetSnmp): ModuleStore {
    const modules = snmp.createModuleStore();
    for (const file of this.#deps.mibs) {
      try {
        modules.loadFromFile(file);
      } catch (error) {
        this.#deps.log.warn('MIB not read', { file, reason: String(error) });
      }
    }
    return modules;
  }

  /** The longest beginning of an OID that has a name, and the rest behind it: `IF-MIB::ifIndex.3`. */
  #nameOf(oid: string): string | undefined {
    const parts = oid.split('.');
    for (let known = parts.length; known > 6; known -= 1) {
      try {
        const name = this.#modules?.translate(parts.slice(0, known).join('.'), 'module');
        if (name !== undefined) return [name, ...parts.slice(known)].join('.');
      } catch {
        // No name for this much of it.
      }
    }
    return undefined;
  }
}

/** Loaded only where traps are wanted. */
async function loadNetSnmp(): Promise<NetSnmp> {
  const module = (await import('net-snmp')) as unknown as { readonly default: NetSnmp };
  return module.default;
}

/** Version and community of a message (RFC 3416, RFC 3412): SEQUENCE, INTEGER version, OCTET STRING community. */
function headOf(bytes: Uint8Array): { version: NotificationFrame['version']; community?: string } | undefined {
  if (bytes[0] !== 0x30) return undefined;
  const lengthBytes = (bytes[1] ?? 0) > 0x80 ? (bytes[1] ?? 0) & 0x7f : 0;
  const at = 2 + lengthBytes;
  if (bytes[at] !== 0x02 || bytes[at + 1] !== 0x01) return undefined;
  const number = bytes[at + 2];
  if (number === 3) return { version: 'v3' };
  if ((number !== 0 && number !== 1) || bytes[at + 3] !== 0x04) return undefined;
  const length = bytes[at + 4] ?? 0;
  if (length > 0x7f) return undefined;
  const community = new TextDecoder('latin1').decode(bytes.subarray(at + 5, at + 5 + length));
  return { version: number === 0 ? 'v1' : 'v2c', community };
}
