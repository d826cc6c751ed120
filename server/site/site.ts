/** The site as the rest of the house sees it: read from the site folder, checked, resolved, deep-frozen. */
import type { Driver } from '../../core/driver.js';
import type { ManagedPort } from '../../core/managed-port.js';
import type { PushSettings } from '../../core/settings.js';
import type { SourceFile } from '../../core/site-file.js';
import type { PortRange } from './port-range.js';

/** Where a listener listens; port 0 asks the operating system for a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** One secret's values as written: `env:NAME`, `file:PATH` (relative to the site folder), or a literal. */
export type SecretReferences = Readonly<
  Partial<Record<'username' | 'password' | 'enable' | 'privateKey' | 'passphrase' | 'snmp', string>>
>;

/** Which file and pointer each setting of a port comes from: `ports.json /0/settings`, or `default`. */
export type SettingOrigins = Readonly<Partial<Record<keyof PushSettings, string>>>;

/** How long things are kept, ms, and how much in all, bytes. Oldest go first. */
export interface Retention {
  readonly eventsMs: number;
  readonly consoleLogsMs: number;
  readonly transcriptsMs: number;
  readonly maxBytes: number;
}

export interface TftpServerSite {
  readonly listen: ListenAddress;
  /** Ports that transfers leave from; absent: any. */
  readonly ports?: PortRange;
  /** Blocks may be cut on their way. Absent: false. */
  readonly fragment?: boolean;
}

export interface HttpServerSite {
  readonly listen: ListenAddress;
  /** HTTPS beside it; PEM files as written: `file:PATH`. */
  readonly tls?: { readonly listen: ListenAddress; readonly certificate: string; readonly key: string };
}

export interface FtpServerSite {
  readonly listen: ListenAddress;
  /** Ports of passive data connections; absent: any. */
  readonly ports?: PortRange;
  /** Address that PASV tells; absent: the one that the device has reached. */
  readonly passiveAddress?: string;
  /** PEM files as written: `file:PATH`. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

export interface Site {
  /** Absolute path of the site folder. */
  readonly folder: string;
  readonly node: string;
  /** Absolute path. */
  readonly dataDir: string;
  readonly http: { readonly listen: ListenAddress };
  readonly servers: {
    /** Address under which devices see this node; a port may have its own. */
    readonly address?: string;
    readonly tftp?: TftpServerSite;
    readonly http?: HttpServerSite;
    readonly ftp?: FtpServerSite;
    /** SFTP and SCP. `legacyAlgorithms`: for devices that know nothing newer. */
    readonly sftp?: { readonly listen: ListenAddress; readonly legacyAlgorithms: boolean };
  };
  /** Listeners for syslog; PEM files as written: `file:PATH`. */
  readonly syslog?: {
    readonly udp?: ListenAddress;
    readonly tcp?: ListenAddress;
    readonly tls?: {
      readonly listen: ListenAddress;
      readonly certificate: string;
      readonly key: string;
      readonly clientCa?: string;
    };
  };
  /** Where traps come in; communities and keys as written: `env:NAME`, `file:PATH`. */
  readonly snmp?: {
    readonly traps: ListenAddress;
    readonly communities: readonly string[];
    readonly users: readonly {
      readonly name: string;
      readonly auth: 'sha' | 'sha256' | 'sha512';
      readonly authKey: string;
      readonly priv: 'aes' | 'aes256b';
      readonly privKey: string;
    }[];
    /** Absolute paths. */
    readonly mibs: readonly string[];
  };
  readonly nats?: { readonly servers: readonly string[]; readonly credentials?: string };
  /** The mail server; `credentials` names a secret. */
  readonly email?: { readonly smtp: string; readonly from: string; readonly credentials?: string };
  readonly secrets: Readonly<Record<string, SecretReferences>>;
  readonly retention: Retention;
  /** Longest that running jobs may take to reach a safe boundary when the node stops, ms. */
  readonly drainTimeoutMs: number;
  /** Reloads of one site within an hour (`budgets`). */
  readonly reloadsPerSitePerHour: number;
  /** `observe`: rules decide and explain, and start nothing. */
  readonly mode: 'act' | 'observe';
  readonly ports: readonly ManagedPort[];
  /** By port id. */
  readonly settingOrigins: Readonly<Record<string, SettingOrigins>>;
  /** As read: the rules and schedules folders know what they mean. */
  readonly conditions: readonly SourceFile[];
  readonly rules: readonly SourceFile[];
  readonly schedules: readonly SourceFile[];
  readonly monitors: readonly SourceFile[];
  readonly windows: readonly SourceFile[];
  readonly policies: readonly SourceFile[];
  /** The site's own drivers. */
  readonly drivers: readonly Driver[];
}

/** Freezes a JSON-like value and everything in it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
