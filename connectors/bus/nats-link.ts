/** One connection to NATS with the two streams in place: everything that is NATS's own. Works with a 2.9 server. */
import { readFile } from 'node:fs/promises';
import {
  DiscardPolicy,
  jetstream,
  JetStreamApiError,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import type { JetStreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator, headers, nanos } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import type { NatsMessage, StoredMark } from './nats-message.js';
import { EVENT_SUBJECTS, JOB_SUBJECTS } from './subject-encoding.js';

export type StreamName = 'PORTWRIGHT_EVENTS' | 'PORTWRIGHT_JOBS';

/** A connection as the carrier needs it; every method rejects once the connection is gone. */
export interface NatsLink {
  readonly maxPayloadBytes: number;
  /** Resolves with the reason when the connection ends, whoever ended it. */
  readonly closed: Promise<string>;
  /** The newest message on a subject (wildcards allowed), or undefined where the stream has none. */
  newest(stream: StreamName, subject: string): Promise<StoredMark | undefined>;
  /** Resolves when the server has acknowledged the message as stored (or as stored before). */
  publish(message: NatsMessage): Promise<void>;
  /** Resolves when the server has it. Nothing says that anybody else has: the subject need not be of a stream. */
  send(subject: string, body: Uint8Array, msgId: string): Promise<void>;
  close(): Promise<void>;
}

export interface NatsOptions {
  readonly node: string;
  readonly servers: readonly string[];
  /** A `.creds` file (JWT and seed), read at every connect so that it can be renewed. */
  readonly credentialsFile?: string;
}

/** How long a connect, request or acknowledgement may take. */
const REQUEST_TIMEOUT_MS = 5000;
/** A server that is gone without a word is noticed after two unanswered pings. */
const PING_INTERVAL_MS = 10_000;

const SEQ_HEADER = 'Portwright-Seq';
const NODE_HEADER = 'Portwright-Node';
const MSG_ID_HEADER = 'Nats-Msg-Id';

const DAY_MS = 86_400_000;
/** JetStream drops a message id that comes twice within this time: its own default, said aloud. */
const DUPLICATE_WINDOW_MS = 120_000;

/** Created where missing, never changed: an administrator may tune replicas, age and size. */
const STREAMS: readonly { readonly name: StreamName; readonly subjects: string[]; readonly maxAgeMs: number }[] = [
  // As long as a node keeps its own events by default.
  { name: 'PORTWRIGHT_EVENTS', subjects: [EVENT_SUBJECTS], maxAgeMs: 14 * DAY_MS },
  // As long as a node keeps its transcripts by default: what was done to a device, and with what result.
  { name: 'PORTWRIGHT_JOBS', subjects: [JOB_SUBJECTS], maxAgeMs: 400 * DAY_MS },
];

/** Connects once; errors are NATS's own. Reconnecting is the caller's, who must look at the streams again first. */
export async function openNatsLink(options: NatsOptions): Promise<NatsLink> {
  const { credentialsFile } = options;
  const connection = await connect({
    servers: [...options.servers],
    name: `portwright ${options.node}`,
    reconnect: false,
    timeout: REQUEST_TIMEOUT_MS,
    pingInterval: PING_INTERVAL_MS,
    ...(credentialsFile === undefined ? {} : { authenticator: credsAuthenticator(await readFile(credentialsFile)) }),
  });
  try {
    const manager = await jetstreamManager(connection, { timeout: REQUEST_TIMEOUT_MS });
    for (const stream of STREAMS) await ensureStream(manager, stream);
    return linkOf(connection, manager);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function ensureStream(manager: JetStreamManager, stream: (typeof STREAMS)[number]): Promise<void> {
  try {
    await manager.streams.info(stream.name);
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.status !== 404) throw error;
    await manager.streams.add({
      name: stream.name,
      subjects: stream.subjects,
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_age: nanos(stream.maxAgeMs),
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
    });
  }
}

function linkOf(connection: NatsConnection, manager: JetStreamManager): NatsLink {
  const stream = jetstream(connection, { timeout: REQUEST_TIMEOUT_MS });
  return {
    maxPayloadBytes: connection.info?.max_payload ?? 1_048_576,
    closed: connection.closed().then((error) => (error === undefined ? 'closed' : error.message)),
    newest: async (name, subject) => {
      const message = await manager.streams.getMessage(name, { last_by_subj: subject });
      if (message === null) return undefined;
      return {
        msgId: message.header.get(MSG_ID_HEADER),
        seq: Number(message.header.get(SEQ_HEADER)),
        node: message.header.get(NODE_HEADER),
      };
    },
    publish: async (message) => {
      const head = headers();
      head.set('content-type', 'application/cloudevents+json');
      head.set(SEQ_HEADER, String(message.seq));
      head.set(NODE_HEADER, message.node);
      await stream.publish(message.subject, message.body, { msgID: message.msgId, headers: head });
    },
    send: async (subject, body, msgId) => {
      const head = headers();
      head.set('content-type', 'application/json');
      head.set(MSG_ID_HEADER, msgId);
      connection.publish(subject, body, { headers: head });
      await connection.flush();
    },
    close: () => connection.close(),
  };
}
