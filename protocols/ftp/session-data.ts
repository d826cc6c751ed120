/** What the session machine takes, gives and remembers. */
import type { DataAddress } from './data-address.js';
import { FACTS } from './listing.js';
import type { Fact } from './listing.js';
import type { Reply } from './reply.js';
import type { SharedFile } from './virtual-folder.js';

/** What moves over one data connection. `offset`: first byte of the file. */
export type DataJob =
  | { readonly kind: 'send' | 'receive'; readonly offset: number; readonly ascii: boolean; readonly path: string }
  | { readonly kind: 'text'; readonly text: string };

export type SessionInput =
  | { readonly kind: 'control'; readonly bytes: Uint8Array }
  /** Answer to `login`: the file of this user, or nobody. */
  | { readonly kind: 'account'; readonly file: SharedFile | undefined }
  /** Answers to `listen`. */
  | { readonly kind: 'listening'; readonly address: DataAddress }
  | { readonly kind: 'listenFailed'; readonly reason: string }
  /** Answers to `openData`. */
  | { readonly kind: 'dataOpen' }
  | { readonly kind: 'dataFailed'; readonly reason: string }
  /** Answers to `move`: all of it was moved, or what the peer is told instead. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'moveFailed'; readonly reply: Reply }
  /** Answer to `startTls`. */
  | { readonly kind: 'secured' }
  | { readonly kind: 'timer' }
  /** The grant has ended or the server stops: the session ends with 421. */
  | { readonly kind: 'end'; readonly reason: string };

export type SessionOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  | { readonly kind: 'login'; readonly username: string; readonly password: string }
  | { readonly kind: 'listen' }
  | { readonly kind: 'openData'; readonly endpoint: Exclude<Endpoint, { kind: 'none' }>; readonly tls: boolean }
  | { readonly kind: 'move'; readonly job: DataJob }
  /** Lets go of the listener or data connection, whatever it does. */
  | { readonly kind: 'closeData'; readonly reason: string }
  | { readonly kind: 'startTls' }
  /** Told for counting and logs: something was not granted. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** What was sent leaves, then the connection closes. */
  | { readonly kind: 'close' };

/** Where the next data connection comes from. */
export type Endpoint =
  | { readonly kind: 'none' }
  /** The peer connects to our listener. */
  | { readonly kind: 'passive' }
  /** We connect to the peer. */
  | ({ readonly kind: 'active' } & DataAddress);

/** What stays the same for a session. */
export interface SessionTerms {
  /** Address of the control connection's far end. */
  readonly peerHost: string;
  /** Address that a 227 tells; a 229 tells none. */
  readonly passiveHost: string;
  /** AUTH TLS is offered. */
  readonly tls: boolean;
}

export interface SessionData {
  readonly username: string;
  readonly failedLogins: number;
  readonly file: SharedFile | undefined;
  /** Absolute name of the folder that relative names start from. */
  readonly folder: string;
  readonly ascii: boolean;
  /** Where the next RETR or STOR begins (REST), bytes. */
  readonly restart: number;
  readonly endpoint: Endpoint;
  /** How the answer to the running `listen` is told. */
  readonly passiveForm: 'pasv' | 'epsv';
  /** After EPSV ALL no other way of making a data connection is taken (RFC 2428 §4). */
  readonly onlyEpsv: boolean;
  readonly secure: boolean;
  /** PBSZ was seen; PROT wants it first (RFC 4217 §9). */
  readonly bufferSized: boolean;
  readonly protectData: boolean;
  readonly facts: readonly Fact[];
  /** What the data connection that is being opened is for. */
  readonly job: DataJob | undefined;
}

/** As after connecting; also after REIN and AUTH, which forget everything that came before. */
export const FRESH_SESSION: SessionData = {
  username: '',
  failedLogins: 0,
  file: undefined,
  folder: '/',
  // RFC 959 §5.1 has ASCII as the default. An image must not be changed because a client says nothing: ASCII where asked.
  ascii: false,
  restart: 0,
  endpoint: { kind: 'none' },
  passiveForm: 'pasv',
  onlyEpsv: false,
  secure: false,
  bufferSized: false,
  protectData: false,
  facts: FACTS,
  job: undefined,
};

/** What a command may look at. */
export interface Situation {
  readonly data: SessionData;
  readonly terms: SessionTerms;
  /** As SessionData, where the command needs a login: the table has asked for it. */
  readonly file: SharedFile;
}

/** Events of the transition table that commands cause; the others are inputs. */
export type CommandEvent = 'named' | 'ask' | 'listen' | 'begin' | 'secure' | 'logout' | 'bye' | 'abort';

/** What a command does. */
export interface Step {
  readonly reply?: Reply;
  readonly event?: CommandEvent;
  readonly set?: Partial<SessionData>;
  readonly outputs?: readonly SessionOutput[];
}

/** `argument` is what stands behind the verb, without the blank between them. */
export type Command = (at: Situation, argument: string) => Step;

export function told(code: number, text: Reply['text']): Step {
  return { reply: { code, text } };
}

/** Answered, and counted as refused. */
export function refused(code: number, text: string): Step {
  return { ...told(code, text), outputs: [{ kind: 'refused', reason: text }] };
}
